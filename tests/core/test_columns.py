"""The table of columns: what is read, what must be there, and how values are shown."""

import pytest

from core import columns
from core.columns import Column, csv_columns, required_columns, slice_columns

PAPER = Column("background", "paper", ("striped", "gridded", "plain"), is_slice=True)
WRITER = Column("writer", "writer", optional=True, is_slice=True)


def test_header_of_the_real_csv_is_the_table() -> None:
    assert required_columns() == ("letter", "label", "file", "background")
    assert csv_columns() == (*required_columns(), "writer")
    assert [column.name for column in slice_columns()] == ["background", "writer", "source"]


def test_optional_column_is_read_and_not_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "COLUMNS", (PAPER, WRITER, Column("note", "note", optional=True)))
    assert csv_columns() == ("letter", "label", "file", "background", "writer", "note")
    assert required_columns() == ("letter", "label", "file", "background")
    assert slice_columns() == (PAPER, WRITER)


def test_numbers_are_shown_by_what_they_stand_for_and_texts_as_they_are() -> None:
    assert [PAPER.shown(value) for value in (2, "0")] == ["plain", "striped"]
    assert WRITER.shown("17") == "17"


def test_shown_values_are_ordered_by_number_or_alphabet_and_told_once() -> None:
    assert PAPER.in_order(["plain", "striped", "plain"]) == ["striped", "plain"]
    assert WRITER.in_order(["b", "a", "b"]) == ["a", "b"]
