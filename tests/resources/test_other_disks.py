"""Disks that are read-only, or not the one where the data or the temporary files lie."""

import json
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from components.pusher.versions import model_digest, versions
from pipeline.local.command_line import local_main
from pipeline.local.inspect import inspect_main
from pipeline.local.run import run
from tests.resources.pipeline_command import call_pipeline
from tests.resources.small_disk import Disk, mounted
from tests.resources.test_full_disk import full_before
from tests.tiny_run import Result, run_tiny, tiny_config

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


def test_command_says_that_the_disk_is_full_and_ends_as_ever_when_there_is_room(
    disk: Disk, tiny_data: Path, undisturbed: Result
) -> None:
    output = disk.folder / "output"
    disk.fill(1500)
    full = call_pipeline(tiny_data, output)
    assert full.status == 2
    warning, line = full.err.splitlines()
    assert re.fullmatch(rf"Warning: {output}: 2 MB free, and a first run may take 10\d; free some or .*", warning)
    assert re.fullmatch(rf"no space left on {output} \(0 MB free\); free some or choose another --output", line)
    disk.make_room()
    done = call_pipeline(tiny_data, output)
    assert (done.status, done.err) == (0, "")
    assert json.loads((output / "summary.json").read_text())["test"] == undisturbed.summary["test"]


def test_output_lies_on_another_disk_than_data_and_temporary_files(disk: Disk, tiny_data: Path) -> None:
    output = disk.folder / "output"
    others = {tiny_data.stat().st_dev, Path(tempfile.gettempdir()).stat().st_dev}
    assert disk.folder.stat().st_dev not in others
    for seed in (1, 2):
        assert run_tiny(tiny_data, output, f"train.seed={seed}").status == 0
    assert local_main(["--output", str(output), "--rollback"]) == 0
    assert local_main(["--output", str(output), "--keep", "1"]) == 0
    assert versions(output / "serving_model") == [3]
    assert inspect_main([str(output), "--run", "1"]) == 0


def test_data_folder_may_be_read_only(disk: Disk, tiny_data: Path, tmp_path: Path, undisturbed: Result) -> None:
    data = Path(shutil.copytree(tiny_data, disk.folder / "data"))
    disk.make_read_only()
    done = run_tiny(data, tmp_path / "output")
    assert (done.status, done.summary["test"]) == (0, undisturbed.summary["test"])


def test_read_only_output_is_one_line(disk: Disk, tiny_data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    disk.make_read_only()
    output = disk.folder / "output"
    assert local_main(["--data", str(tiny_data), "--output", str(output)]) == 2
    assert capfd.readouterr().err == f"{output}: cannot be written: Read-only file system\n"


def test_read_only_part_of_the_output_is_one_line(
    tiny_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "output"
    output.mkdir()
    with mounted(output / "artifacts") as artifacts:
        artifacts.make_read_only()
        assert run(tiny_config(), [tiny_data], output) == 2
    out, err = capfd.readouterr()
    assert re.fullmatch(
        rf"{output}.*: cannot be written: Read-only file system; mend that or choose another --output\n", err
    )
    assert "Traceback" not in out


def test_past_runs_can_be_looked_at_on_a_read_only_disk(
    disk: Disk, tiny_data: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    output = disk.folder / "output"
    run_tiny(tiny_data, output)
    pushed = model_digest(output / "serving_model" / "1")
    disk.make_read_only()
    capfd.readouterr()
    assert inspect_main([str(output), "--list"]) == 0
    assert "yes" in capfd.readouterr().out
    for call in (lambda: inspect_main([str(output)]), lambda: local_main(["--output", str(output), "--keep", "1"])):
        assert call() == 2
        err = capfd.readouterr().err
        assert len(err.splitlines()) == 1, err
        assert "Read-only file system" in err
    assert model_digest(output / "serving_model" / "1") == pushed


def test_temporary_folder_that_is_full_from_the_start_is_passed_over(
    disk: Disk, tiny_data: Path, tmp_path: Path
) -> None:
    disk.fill()
    done = call_pipeline(tiny_data, tmp_path / "output", TMPDIR=str(disk.folder))
    assert (done.status, done.err) == (0, "")


def test_home_and_temporary_folder_may_be_read_only(disk: Disk, tiny_data: Path, tmp_path: Path) -> None:
    disk.make_read_only()
    places = dict.fromkeys(("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(disk.folder))
    done = call_pipeline(tiny_data, tmp_path / "output", **places)
    assert (done.status, done.err) == (0, "")


def test_temporary_folder_that_fills_up_does_no_harm(
    disk: Disk, tiny_data: Path, tmp_path: Path, undisturbed: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    came_to_it = full_before(monkeypatch, "components.example_gen.executor.write_split", disk, 0)
    done = run_tiny(tiny_data, tmp_path / "output")
    assert came_to_it()
    assert (done.status, done.summary["test"]) == (0, undisturbed.summary["test"])
