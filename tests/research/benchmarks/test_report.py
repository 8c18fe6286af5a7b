"""The machine, the JSON and the table of a benchmark."""

import json
from pathlib import Path

import pytest

from research.benchmarks.report import format_value, machine, print_table, write_json


def test_machine_says_what_a_figure_depends_on() -> None:
    described = machine()
    assert {"processor", "cores", "memory", "tfx", "tensorflow", "commit"} <= set(described)
    assert all(isinstance(value, str) for value in described.values())
    assert int(described["cores"]) >= 1
    assert described["tfx"].startswith("1.")


def test_json_holds_the_results_and_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "made" / "data.json"
    write_json(path, "data path", [{"what": "ё", "seconds": 1.5}])
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["benchmark"] == "data path"
    assert content["results"] == [{"what": "ё", "seconds": 1.5}]
    assert set(content["machine"]) == set(machine())


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (3, "3"), ("x", "x"), (0.12345, "0.123"), (12.345, "12.3"), (12345.6, "12,346"), (True, "True")],
)
def test_values_are_rounded_to_what_can_be_read(value: object, text: str) -> None:
    assert format_value(value) == text


def test_table_shows_all_columns_and_brackets_as_they_are(capsys: pytest.CaptureFixture) -> None:
    print_table("Title", [{"what": "[a]", "seconds": 2.0}, {"what": "b", "peak": 7}])
    shown = capsys.readouterr().out
    for text in ("Title", "what", "seconds", "peak", "[a]", "2", "7"):
        assert text in shown
