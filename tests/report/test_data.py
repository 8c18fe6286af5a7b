"""Tables that grow with the data, and equal photos."""

from report.data import data_section
from tests.report.known_run import outcome_of


def test_long_tables_are_shortened_and_say_so() -> None:
    bad = [{"line": str(line), "file": "x.png", "reason": "broken"} for line in range(1000)]
    table = data_section(outcome_of(bad_records=bad))["dropped"]
    assert len(table.rows) == 201
    assert table.rows[-1] == ("and 800 more", "", "")


def test_equal_photos_of_two_letters_contradict_each_other() -> None:
    groups = [{"files": list("abcdefgh"), "letters": ["к"]}, {"files": ["x", "y"], "letters": ["к", "н"]}]
    table = data_section(outcome_of(duplicates=groups))["duplicates"]
    assert table.rows == [("a, b, c, d, e, f and 2 more", "к"), ("x, y", "к н (they contradict each other)")]
