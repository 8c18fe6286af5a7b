"""What TFX's record of runs says: the latest run's artifacts."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from core.errors import UserError
from pipeline.outcome.record import (
    latest_run_id,
    list_runs,
    open_store,
    read_latest_run,
    save_summary,
    saved_summary,
)
from tests.pipeline.outcome.mlmd_record import Record


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path / "metadata.sqlite")


def test_latest_run_gives_the_outputs_of_its_components(record: Record) -> None:
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
    assert {name: artifact.uri for name, artifact in found.outputs["Trainer"].items()} == {
        "model": "/m/2",
        "model_run": "/r/2",
    }
    assert found.given("Evaluator", "evaluation") is None
    assert found.given("Pusher", "pushed_model") is None
    assert found.name == "new"
    assert found.inputs["Evaluator"]["model"].uri == "/m/2"
    assert found.outputs["Evaluator"] == {}


def test_run_of_before_is_not_taken_for_this_one(record: Record, tmp_path: Path) -> None:
    file = tmp_path / "metadata.sqlite"
    assert latest_run_id(file) == 0
    run = record.context("pipeline_run", "old")
    record.execute(run, record.context("node", "russian-letters.Trainer"), pb.Execution.COMPLETE)
    assert read_latest_run(record.store, after=0).outputs == {"Trainer": {}}
    assert latest_run_id(file) == run.id
    assert read_latest_run(record.store, after=run.id).outputs == {}


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


def test_new_record_has_no_runs(tmp_path: Path) -> None:
    store = open_store(tmp_path / "metadata.sqlite")
    assert read_latest_run(store, after=0).outputs == {}


def test_file_that_is_no_record_is_a_user_s_error(tmp_path: Path) -> None:
    file = tmp_path / "metadata.sqlite"
    file.write_text("not a database, but long enough to be taken for one\n" * 100)
    with pytest.raises(UserError, match=r"not a record of runs.*move it away to begin a new one"):
        open_store(file)


def moved_record(folder: Path) -> Path:
    """Writes a record in an output folder, and renames that; returns the new name."""
    before, after = folder / "before", folder / "artifacts"
    before.mkdir()
    record = Record(before / "metadata.sqlite")
    run, node = record.context("pipeline_run", "run"), record.context("node", "russian-letters.Trainer")
    model = record.artifact("Model", f"{before}/artifacts/Trainer/model/1", at=f"{before}/serving/1", url="gs://b/c")
    record.execute(run, node, pb.Execution.COMPLETE, model=model)
    before.rename(after)
    return after


def test_artifacts_are_where_the_output_folder_is_now(tmp_path: Path) -> None:
    output = moved_record(tmp_path)
    content = (output / "metadata.sqlite").read_bytes()
    store = open_store(output / "metadata.sqlite")
    by_id, by_type = store.get_artifacts_by_id([1]), store.get_artifacts_by_type("Model")
    assert by_id == by_type
    assert by_id[0].uri == f"{output}/artifacts/Trainer/model/1"
    texts = {name: value.string_value for name, value in by_id[0].custom_properties.items()}
    assert texts == {"at": f"{output}/serving/1", "url": "gs://b/c"}
    # Who only looks may not be allowed to write there.
    assert (output / "metadata.sqlite").read_bytes() == content


def test_settled_record_tells_tfx_where_the_artifacts_are(tmp_path: Path) -> None:
    output = moved_record(tmp_path)
    open_store(output / "metadata.sqlite").settle()
    with contextlib.closing(sqlite3.connect(output / "metadata.sqlite")) as database:
        assert database.execute("SELECT uri FROM Artifact").fetchall() == [(f"{output}/artifacts/Trainer/model/1",)]
