"""Who reads from whom, and where everything lies."""

from report.outcome import Node
from report.run import run_section
from tests.report.known_run import outcome_of, summary


def test_run_says_who_reads_from_whom_and_where_each_artifact_lies() -> None:
    graph = [Node("a", (), {"x": "/x"}), Node("b", (), {}), Node("c", ("a", "b"), {"y": "/y", "z": "/z"})]
    assert run_section(summary(True), outcome_of(graph=graph))["outputs"].rows == [
        ("a", "", "x", "/x"),
        ("c", "a, b", "y", "/y"),
        ("c", "a, b", "z", "/z"),
    ]
