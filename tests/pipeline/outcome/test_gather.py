"""What the report is made of, from TFX's record: who read from whom."""

from ml_metadata.proto import metadata_store_pb2 as pb

from pipeline.outcome.gather import graph_of
from pipeline.outcome.record import RunRecord
from report.sources import Node


def test_graph_names_who_reads_from_whom_and_where_each_artifact_lies() -> None:
    examples, model, older = (pb.Artifact(id=i, uri=f"/a/{i}") for i in (1, 2, 3))
    record = RunRecord(
        "now",
        states={},
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
