"""Who reads from whom, and where everything lies."""

import re

from report.outcome import Node
from report.page import build_page
from tests.report.known_run import outcome_of, summary


def test_run_says_who_reads_from_whom_and_where_each_artifact_lies() -> None:
    graph = [Node("a", (), {"x": "/x"}), Node("b", (), {}), Node("c", ("a", "b"), {"y": "/y", "z": "/z"})]
    page = build_page(summary(True), outcome_of(graph=graph))
    table = page[page.index("<caption>Artifacts") :].partition("</table>")[0]
    assert re.findall('<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', table) == [
        ("a", "", "x", "/x"),
        ("c", "a, b", "y", "/y"),
        ("c", "a, b", "z", "/z"),
    ]
