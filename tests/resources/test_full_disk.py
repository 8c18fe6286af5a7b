"""A disk that fills up, wherever a run writes: one line, status 2, and the run goes on when there is room again."""

import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.pusher.versions import versions
from pipeline.local.run import run
from tests.resources.small_disk import Disk, mounted
from tests.tiny_run import Result, run_tiny, tiny_config

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

# What the disk is full before, in the order of a run, and how many KiB are left. Not in components.trainer.run, which
# TFX loads anew in every run.
PLACES = [
    ("the schema", "pipeline.local.execute.write_whole", 0),
    ("TFX's record, from its first write", "ml_metadata.metadata_store.metadata_store.MetadataStore.put_contexts", 0),
    ("TFX's record, later", "ml_metadata.metadata_store.metadata_store.MetadataStore.put_execution", 12),
    ("the records of ExampleGen", "components.example_gen.executor.write_split", 100),
    ("the statistics", "tfx.components.statistics_gen.executor.Executor.Do", 20),
    ("the Transform graph", "tfx.components.transform.executor.Executor.Do", 8),
    ("TensorBoard's pictures", "components.trainer.pictures.TrainingPictures", 4),
    ("the checkpoint of the best weights", "components.trainer.state.BestWeights.on_epoch_end", 8),
    ("the state that training goes on from", "components.trainer.state.Resume.on_epoch_begin", 8),
    ("the exported model", "components.trainer.export.export", 60),
    ("the inspection", "components.inspector.component.write_inspection", 20),
    ("the evaluation", "tfx.components.evaluator.executor.Executor.Do", 8),
    ("the pushed version", "components.pusher.component.push_to", 60),
    ("the summary", "pipeline.local.run.build_summary", 0),
    ("the report", "pipeline.local.run._write_report", 300),
    ("the model card", "report.model_card.model_card", 0),
]


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """One disk for all of these, so that each goes on from what the one before it left."""
    with mounted(tmp_path_factory.mktemp("full") / "disk") as disk:
        yield disk


def owner_of(target: str) -> tuple[Any, str]:
    """Returns the module or class that holds a dotted name, and the name in it."""
    module, parts = target, []
    while True:
        module, _, part = module.rpartition(".")
        parts.insert(0, part)
        try:
            owner = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        for name in parts[:-1]:
            owner = getattr(owner, name)
        return owner, parts[-1]


def full_before(monkeypatch: pytest.MonkeyPatch, target: str, disk: Disk, free_kib: int) -> Callable[[], bool]:
    """Has the disk fill up just before a function's first call; returns whether it came to that."""
    owner, name = owner_of(target)
    original, calls = getattr(owner, name), []

    def filling(*args: Any, **kwargs: Any) -> Any:
        if not calls:
            disk.fill(free_kib)
        calls.append(name)
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, filling)
    return lambda: bool(calls)


@pytest.mark.parametrize("place", PLACES, ids=[place[0] for place in PLACES])
def test_full_disk_is_one_line(
    full_disk: Disk,
    tiny_data: Path,
    place: tuple[str, str, int],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    output = full_disk.folder / "output"
    _, target, free_kib = place
    came_to_it = full_before(monkeypatch, target, full_disk, free_kib)
    status = run(tiny_config(), [tiny_data], output)
    full_disk.make_room()
    out, err = capfd.readouterr()
    assert came_to_it(), out + err
    assert status == 2, out + err
    expected = rf"no space left on {output} \(\d MB free\); free some or choose another --output\n"
    assert re.fullmatch(expected, err)
    assert "Traceback" not in out
    assert not list(output.glob(".*.new"))


def test_run_completes_as_an_undisturbed_one_when_there_is_room(
    full_disk: Disk, tiny_data: Path, undisturbed: Result, capfd: pytest.CaptureFixture[str]
) -> None:
    output = full_disk.folder / "output"
    done = run_tiny(tiny_data, output)
    assert (done.status, capfd.readouterr().err) == (0, "")
    assert done.summary["test"] == undisturbed.summary["test"]
    for key in ("epochs", "best_epoch", "parameters", "temperature"):
        assert done.summary["train"][key] == undisturbed.summary["train"][key]
    assert versions(output / "serving_model") == [1]
    assert sorted(path.name for path in output.iterdir()) == [
        ".lock", "artifacts", "metadata.sqlite", "model_cards",
        "report.html", "resume", "serving_model", "summary.json",
    ]  # fmt: skip
    assert (output / "model_cards" / "1.md").read_text(encoding="utf-8").endswith("\n")
    assert run_tiny(tiny_data, output).ran == {"Baseline"}
