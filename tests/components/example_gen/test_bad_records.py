"""When bad records stop a run, and how they are shown and written."""

import csv
from pathlib import Path

import pytest

from components.example_gen.bad_records import (
    BAD_RECORDS_FILE,
    BadRecordsError,
    describe,
    judge,
    write_bad_records,
)
from components.example_gen.records import BadRecord
from components.settings import DataSettings
from core.errors import UserError


def bad_records(count: int) -> list[BadRecord]:
    return [BadRecord(line, f"{line}.png", "wrong") for line in range(2, 2 + count)]


@pytest.mark.parametrize("mode", ["error", "skip"])
def test_no_bad_record_is_fine(mode: str) -> None:
    judge([], 0, DataSettings(on_bad_record=mode))


def test_one_bad_record_stops_the_run_and_says_how_to_go_on() -> None:
    with pytest.raises(BadRecordsError) as caught:
        judge(bad_records(1), 10_000, DataSettings())
    assert str(caught.value).splitlines() == [
        "all_letters_info.csv, line 2: 2.png: wrong",
        f"1 bad record(s): mend them (all are in {BAD_RECORDS_FILE}), or --set data.on_bad_record=skip",
    ]
    assert isinstance(caught.value, UserError)


@pytest.mark.parametrize(("count", "more"), [(20, None), (21, "and 1 more"), (1000, "and 980 more")])
def test_20_are_shown_and_all_are_kept(count: int, more: str | None) -> None:
    with pytest.raises(BadRecordsError) as caught:
        judge(bad_records(count), count, DataSettings())
    lines = str(caught.value).splitlines()
    assert lines[19] == "all_letters_info.csv, line 21: 21.png: wrong"
    assert lines[20:-1] == ([more] if more else [])
    assert lines[-1].startswith(f"{count} bad record(s): ")
    assert caught.value.records == bad_records(count)


@pytest.mark.parametrize(("count", "total"), [(1, 100), (10, 1000), (141, 14_190)])
def test_skip_lets_up_to_1_per_cent_go(count: int, total: int) -> None:
    judge(bad_records(count), total, DataSettings(on_bad_record="skip"))


@pytest.mark.parametrize(("count", "total", "share"), [(1, 99, "1.0"), (11, 1000, "1.1"), (3, 3, "100.0")])
def test_skip_fails_above_1_per_cent(count: int, total: int, share: str) -> None:
    with pytest.raises(BadRecordsError) as caught:
        judge(bad_records(count), total, DataSettings(on_bad_record="skip"))
    assert str(caught.value).splitlines()[-1] == (
        f"{count} bad record(s): {share} % of {total} rows, more than data.max_bad_fraction allows (1 %); "
        f"all are in {BAD_RECORDS_FILE}"
    )


def test_allowed_fraction_is_a_setting() -> None:
    judge(bad_records(3), 3, DataSettings(on_bad_record="skip", max_bad_fraction=1.0))
    with pytest.raises(BadRecordsError, match=r"\(0 %\)"):
        judge(bad_records(1), 10_000, DataSettings(on_bad_record="skip", max_bad_fraction=0.0))


def test_long_file_name_is_cut_but_the_reason_is_not() -> None:
    text = describe(BadRecord(5, "x" * 5000, "r" * 200))
    assert text == f"all_letters_info.csv, line 5: {'x' * 57}...: {'r' * 200}"


@pytest.mark.parametrize(
    ("file", "shown"),
    [("a\nb.png", r"a\nb.png"), ("\x1b[31m.png", r"\x1b[31m.png"), ("\u202egnp.a", r"\u202egnp.a"), ("й.png", "й.png")],
)
def test_shown_line_stays_one_harmless_line(file: str, shown: str) -> None:
    assert describe(BadRecord(2, file, "wrong")) == f"all_letters_info.csv, line 2: {shown}: wrong"


def test_file_lists_every_record(tmp_path: Path) -> None:
    records = [*bad_records(100), BadRecord(200, 'a\n"b",c.png', "label 'й' is wrong")]
    write_bad_records(tmp_path / "bad.csv", records)
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{"line": str(r.line), "file": r.file, "reason": r.reason} for r in records]


def test_file_without_records_has_the_header(tmp_path: Path) -> None:
    write_bad_records(tmp_path / "bad.csv", [])
    assert (tmp_path / "bad.csv").read_bytes() == b"line,file,reason\r\n"


@pytest.mark.parametrize("file", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_formula_is_made_harmless_for_spreadsheets(tmp_path: Path, file: str) -> None:
    write_bad_records(tmp_path / "bad.csv", [BadRecord(2, file, "=1"), BadRecord(3, "a=b-1.png", "fine")])
    with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    assert rows == [["2", "'" + file, "'=1"], ["3", "a=b-1.png", "fine"]]
