"""What a run came to, from TFX's record: who read from whom, and drift since which run."""

from pathlib import Path
from typing import Any

import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from pipeline.outcome.outcome import find_outcome, graph_of
from pipeline.outcome.record import RunRecord, list_runs, read_run
from report.outcome import Node
from tests.pipeline.outcome.mlmd_record import Record


def test_graph_names_who_reads_from_whom_and_where_each_artifact_lies() -> None:
    examples, model, older = (pb.Artifact(id=i, uri=f"/a/{i}") for i in (1, 2, 3))
    record = RunRecord(
        "now",
        executions={},
        inputs={
            "Gen": {},
            "Trainer": {"examples": examples},
            "Evaluator": {"examples": examples, "model": model, "baseline": older},
        },
        outputs={"Gen": {"examples": examples}, "Trainer": {"model": model}, "Evaluator": {}},
    )
    assert graph_of(record) == [
        Node("Gen", (), {"examples": "/a/1"}),
        Node("Trainer", ("Gen",), {"model": "/a/2"}),
        # The baseline comes from an earlier run.
        Node("Evaluator", ("Gen", "Trainer"), {}),
    ]


class _Counting:
    """A store that counts the questions to it."""

    def __init__(self, store: Any):
        self.store, self.questions = store, 0

    def __getattr__(self, name: str) -> Any:
        self.questions += 1
        return getattr(self.store, name)


def _statistics_of(record: Record, runs: str) -> None:
    """Records a run for each letter, which stands for the data; the same data give the same artifact from the cache."""
    node = record.context("node", "russian-letters.StatisticsGen")
    known: dict[str, pb.Artifact] = {}
    for number, data in enumerate(runs):
        state = pb.Execution.CACHED if data in known else pb.Execution.COMPLETE
        artifact = known.get(data) or record.artifact("ExampleStatistics", f"/statistics/{data}")
        record.execute(record.context("pipeline_run", str(number)), node, state, statistics=artifact)
        (known[data],) = record.store.get_artifacts_by_uri(f"/statistics/{data}")


@pytest.mark.parametrize(
    ("runs", "before"), [("a", None), ("aaa", None), ("ab", "a"), ("abbb", "a"), ("aba", "b"), ("abca", "c")]
)
def test_drift_is_since_the_latest_run_on_other_data(runs: str, before: str | None, tmp_path: Path) -> None:
    record = Record(tmp_path / "metadata.sqlite")
    _statistics_of(record, runs)
    found = find_outcome(record.store, read_run(record.store, list_runs(record.store)[-1])).earlier_statistics
    assert (found and found.uri) == (before and f"/statistics/{before}")


def test_drift_asks_no_more_of_the_record_after_many_runs(tmp_path: Path) -> None:
    asked = []
    for runs in (3, 30):
        record = Record(tmp_path / f"{runs}.sqlite")
        _statistics_of(record, "a" + "b" * runs)
        read = read_run(record.store, list_runs(record.store)[-1])
        counting = _Counting(record.store)
        assert find_outcome(counting, read).earlier_statistics is not None
        asked.append(counting.questions)
    assert asked[0] == asked[1] < 5
