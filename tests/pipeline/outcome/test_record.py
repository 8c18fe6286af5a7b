"""What TFX's record of runs says: the latest run's artifacts, and versions that someone deleted."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from components.pusher.component import DESTINATION_PROPERTY, PUSHED_PROPERTY
from core.errors import UserError
from pipeline.outcome.record import (
    latest_run_id,
    list_runs,
    missing_pushes,
    missing_versions,
    open_store,
    read_latest_run,
    save_summary,
    saved_summary,
)
from tests.pipeline.outcome.mlmd_record import Record


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path / "metadata.sqlite")


def _push(record: Record, destination: Path | str, pushed: int = 1) -> None:
    properties = {PUSHED_PROPERTY: pushed, DESTINATION_PROPERTY: str(destination)}
    record.store.put_artifacts([record.artifact("PushedModel", "artifacts/pushed", **properties)])


def test_latest_run_gives_the_states_and_outputs_of_its_components(record: Record) -> None:
    trainer, evaluator = (record.context("node", f"russian-letters.{name}") for name in ("Trainer", "Evaluator"))
    old, new = record.context("pipeline_run", "old"), record.context("pipeline_run", "new")
    record.execute(old, trainer, pb.Execution.COMPLETE, model=record.artifact("Model", "/m/1"))
    record.execute(
        new,
        trainer,
        pb.Execution.CACHED,
        model=record.artifact("Model", "/m/2"),
        model_run=record.artifact("ModelRun", "/r/2"),
    )
    record.execute(new, evaluator, pb.Execution.FAILED, {"model": record.artifact("Model", "/m/2")})
    found = read_latest_run(record.store, after=0)
    assert found.states == {"Trainer": pb.Execution.CACHED, "Evaluator": pb.Execution.FAILED}
    assert found.uri("Trainer", "model") == Path("/m/2")
    assert found.uri("Trainer", "model_run") == Path("/r/2")
    assert found.uri("Evaluator", "evaluation") is None
    assert found.uri("Pusher", "pushed_model") is None
    assert found.name == "new"
    assert found.inputs["Evaluator"]["model"].uri == "/m/2"
    assert found.outputs["Evaluator"] == {}


def test_run_of_before_is_not_taken_for_this_one(record: Record, tmp_path: Path) -> None:
    file = tmp_path / "metadata.sqlite"
    assert latest_run_id(file) == 0
    run = record.context("pipeline_run", "old")
    record.execute(run, record.context("node", "russian-letters.Trainer"), pb.Execution.COMPLETE)
    assert read_latest_run(record.store, after=0).states == {"Trainer": pb.Execution.COMPLETE}
    assert latest_run_id(file) == run.id
    assert read_latest_run(record.store, after=run.id).states == {}


def test_clock_that_was_put_back_between_two_runs_changes_nothing(record: Record, tmp_path: Path) -> None:
    record.context("pipeline_run", "old")
    with contextlib.closing(sqlite3.connect(tmp_path / "metadata.sqlite")) as database, database:
        database.execute("UPDATE Context SET create_time_since_epoch = create_time_since_epoch + 86400000")
    before = latest_run_id(tmp_path / "metadata.sqlite")
    record.context("pipeline_run", "new")
    assert [run.name for run in list_runs(record.store)] == ["old", "new"]
    assert read_latest_run(record.store, after=before).name == "new"


def test_summary_stays_with_its_run(record: Record) -> None:
    for name in ("first", "second"):
        record.context("pipeline_run", name)
    save_summary(record.store, "first", {"recipe": "fast", "letter": "ё"})
    first, second = list_runs(record.store)
    assert (first.name, second.name) == ("first", "second")
    assert saved_summary(first) == {"recipe": "fast", "letter": "ё"}
    assert saved_summary(second) is None


def test_new_record_has_no_runs_and_misses_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "metadata.sqlite")
    assert read_latest_run(store, after=0).states == {}
    assert missing_versions(store, tmp_path) == []


def test_pushed_versions_that_are_gone_are_missing_each_once(record: Record, tmp_path: Path) -> None:
    serving = tmp_path / "serving"
    for name in ("1", "2", "2", "3"):
        _push(record, serving / name)
    (serving / "1").mkdir(parents=True)
    assert missing_versions(record.store, serving) == [2, 3]


def test_version_that_goes_missing_a_second_time_is_told_apart(record: Record, tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        _push(record, tmp_path / "serving" / "1")
        told += [missing_pushes(record.store, tmp_path / "serving") for _ in range(2)]
    assert told[0] == told[1] != told[2] == told[3]


def test_models_that_were_not_pushed_or_elsewhere_are_not_missing(record: Record, tmp_path: Path) -> None:
    _push(record, tmp_path / "serving" / "1", pushed=0)
    _push(record, tmp_path / "another" / "2")
    assert missing_versions(record.store, tmp_path / "serving") == []


def test_file_that_is_no_record_is_a_user_s_error(tmp_path: Path) -> None:
    file = tmp_path / "metadata.sqlite"
    file.write_text("not a database, but long enough to be taken for one\n" * 100)
    with pytest.raises(UserError, match=r"not a record of runs.*move it away to begin a new one"):
        open_store(file)
