"""What a later run repeats, and what it takes from an earlier one."""

import functools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.project import ROOT, own_packages
from pipeline.fingerprints import source_digest
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import CURATED_SCHEMA, read_labels
from tests.end_to_end.test_first_run import COMPONENTS
from tests.tiny_run import PER_LETTER, Result, run_tiny

Again = Callable[..., Result]

EVERYTHING = COMPONENTS - {"CuratedSchema"}


def test_unchanged_run_repeats_nothing_but_the_resolver(first_run: tuple[Path, Result], after_first_run: Again) -> None:
    again = after_first_run()
    assert again.ran == {"Baseline"}
    assert again.status == 0
    for part in ("data", "test", "train", "pushed_model"):
        assert again.summary[part] == first_run[1].summary[part]


def test_deleted_version_is_put_back(after_first_run: Again) -> None:
    pushed = after_first_run().summary["pushed_model"]
    version = Path(pushed)
    shutil.rmtree(version)
    again = after_first_run()
    assert again.ran == {"Baseline", "Pusher"}
    assert again.summary["pushed_model"] == pushed
    assert (version / "saved_model.pb").is_file()


@pytest.mark.long
def test_touched_files_repeat_nothing(data_copy: Path, tmp_path: Path) -> None:
    run_tiny(data_copy, tmp_path / "output", "evaluation.min_accuracy=1")
    for path in data_copy.rglob("*.png"):
        os.utime(path)
    assert run_tiny(data_copy, tmp_path / "output", "evaluation.min_accuracy=1").ran == {"Baseline"}


@pytest.mark.long
def test_new_pixels_under_old_name_size_and_time_repeat_everything(data_copy: Path, tmp_path: Path) -> None:
    run_tiny(data_copy, tmp_path / "output")
    images = sorted(data_copy.rglob("*.png"))
    swap_contents(images[0], images[PER_LETTER])
    assert run_tiny(data_copy, tmp_path / "output").ran == EVERYTHING


def swap_contents(first: Path, second: Path) -> None:
    times = first.stat().st_atime_ns, first.stat().st_mtime_ns
    other = second.read_bytes()
    second.write_bytes(first.read_bytes())
    first.write_bytes(other)
    for path in (first, second):
        os.utime(path, ns=times)


def test_edited_code_repeats_what_it_touches(
    after_first_run: Again, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in own_packages():
        shutil.copytree(ROOT / package, tmp_path / package)
    monkeypatch.setattr("pipeline.pipeline.source_digest", functools.partial(source_digest, root=tmp_path))
    with (tmp_path / "components" / "pusher" / "component.py").open("a") as file:
        file.write("# another pusher\n")
    # That nothing else ran says too that an unedited copy counts as the same code.
    assert after_first_run().ran == {"Baseline", "Pusher"}


@pytest.mark.long
def test_another_library_version_repeats_everything(after_first_run: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.pipeline.libraries_digest", lambda: "others")
    assert after_first_run().ran == EVERYTHING


@pytest.mark.long
def test_edited_schema_repeats_what_is_held_against_it(
    after_first_run: Again, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = tmp_path / "schema.pbtxt"
    edited.write_bytes(CURATED_SCHEMA.read_bytes() + b"\n# edited\n")
    monkeypatch.setattr("pipeline.local.execute.CURATED_SCHEMA", edited)
    ran = after_first_run().ran
    assert {"CuratedSchema", "StatisticsGen", "ExampleValidator", "DataCheck", "DataGate"} <= ran
    assert "LetterExampleGen" not in ran


def test_small_sample_is_the_same_every_time(tiny_data: Path, tmp_path: Path) -> None:
    other = write_sample(tmp_path / "again", Parameters(read_labels(), PER_LETTER))
    names = sorted(p.relative_to(other) for p in other.rglob("*.png"))
    assert all((other / n).read_bytes() == (tiny_data / n).read_bytes() for n in names)
