"""Rows: the rules for each field, with their messages, and all that is wrong in one go."""

import re
from collections.abc import Callable

import pytest

from components.example_gen.layout import RowError
from components.example_gen.records import BadRecord, Record, parse_row, read_records
from core import columns
from core.columns import Column
from core.errors import UserError
from core.features import BACKGROUNDS
from schema.curated import read_labels

LABELS = read_labels()


def reason_of(letter: str = "а", label: str = "1", file: str = "a.png", background: str = "0", writer: str = "") -> str:
    with pytest.raises(RowError) as caught:
        parse_row(2, (letter, label, file, background, writer), LABELS)
    return str(caught.value)


@pytest.mark.parametrize("class_id", range(33))
def test_each_letter_and_its_label_make_a_record(class_id: int) -> None:
    texts = (LABELS[class_id], str(class_id + 1), "x.png", "3", "anna")
    assert parse_row(7, texts, LABELS) == Record(7, class_id, "x.png", (3, "anna", None))


def test_label_of_several_characters_is_one_label() -> None:
    assert parse_row(2, ("аб", "2", "x.png", "0", ""), ("а", "аб")).class_id == 1
    with pytest.raises(RowError, match=r"letter 'ба' .* is none of the schema's 2 labels"):
        parse_row(2, ("ба", "2", "x.png", "0", ""), ("а", "аб"))


@pytest.mark.parametrize(("typed", "label", "letter"), [("и\u0306", "11", "й"), ("е\u0308", "7", "ё")])
def test_decomposed_letter_is_taken_composed(typed: str, label: str, letter: str) -> None:
    assert LABELS[parse_row(2, (typed, label, "x.png", "0", ""), LABELS).class_id] == letter


@pytest.mark.parametrize(
    ("latin", "name"),
    [
        ("a", "U+0061 LATIN SMALL LETTER A"),
        ("e", "U+0065 LATIN SMALL LETTER E"),
        ("o", "U+006F LATIN SMALL LETTER O"),
        ("c", "U+0063 LATIN SMALL LETTER C"),
        ("\u00eb", "U+00EB LATIN SMALL LETTER E WITH DIAERESIS"),
    ],
)
def test_latin_look_alike_is_refused_with_its_code_point(latin: str, name: str) -> None:
    assert reason_of(letter=latin) == f"letter {latin!r} ({name}) is none of the schema's 33 labels"


@pytest.mark.parametrize("letter", ["А", "Ё", "Я", "И\u0306"])
def test_upper_case_is_named_as_such(letter: str) -> None:
    assert "is upper case; the schema has '" in reason_of(letter=letter)


@pytest.mark.parametrize(
    ("letter", "points"),
    [
        ("а\u200b", "U+0430 CYRILLIC SMALL LETTER A U+200B ZERO WIDTH SPACE"),
        (" а", "U+0020 SPACE U+0430 CYRILLIC SMALL LETTER A"),
        ("аб", "U+0430 CYRILLIC SMALL LETTER A U+0431 CYRILLIC SMALL LETTER BE"),
        ("і", "U+0456 CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"),
        ("\x1a", "U+001A unnamed"),
        ("а" * 50, "U+0430 CYRILLIC SMALL LETTER A " * 2 + "U+0430 CYRILLIC SMALL LETTER A"),
    ],
    ids=["zero width", "space before", "two letters", "Ukrainian", "control", "fifty"],
)
def test_other_texts_are_refused_with_their_first_code_points(letter: str, points: str) -> None:
    reason = reason_of(letter=letter)
    assert f"({points}) is none of the schema's 33" in reason
    assert len(reason) < 200


@pytest.mark.parametrize("name", ["letter", "label", "background"])
def test_missing_text_is_named(name: str) -> None:
    assert reason_of(**{name: ""}) == f"the {name} is missing"


def test_missing_file_is_named() -> None:
    assert reason_of(file="") == "the file name is missing"


def test_disagreeing_label_names_both_letters() -> None:
    assert reason_of(letter="б", label="1") == "label 1 is 'а', but the letter is 'б'"


# Digits of other scripts are digits for str.isdigit, and "1_0" is an integer for int.
@pytest.mark.parametrize("text", ["0", "34", "-1", "+1", "1.0", "1e0", " 1", "1_0", "x", "٣", "²", "9" * 5000])
def test_label_out_of_range_is_refused(text: str) -> None:
    assert reason_of(label=text) == f"label {text[:20]!r} is no whole number from 1 to 33"


@pytest.mark.parametrize("text", ["4", "-1", "plain", "0.0", "１"])
def test_background_out_of_range_is_refused(text: str) -> None:
    assert reason_of(background=text) == f"background {text!r} is no whole number from 0 to {len(BACKGROUNDS) - 1}"


def test_writer_may_be_empty_or_missing_from_the_csv(layout_of: Callable) -> None:
    layout = layout_of("а,1,a.png,0\n")
    assert read_records(layout, LABELS) == ([Record(2, 0, "a.png", (0, None, None))], [])
    layout.csv.write_text("letter,writer,label,file,background\nа,е\u0308ж,1,a.png,0\nб,,2,b.png,1\n", encoding="utf-8")
    assert read_records(layout, LABELS) == (
        [Record(2, 0, "a.png", (0, "ёж", None)), Record(3, 1, "b.png", (1, None, None))],
        [],
    )


def test_optional_column_is_not_there_twice(layout_of: Callable) -> None:
    with pytest.raises(UserError, match="line 1: column 'writer' is twice; the columns are letter,label,file,backgr"):
        read_records(layout_of(b"letter,label,file,background,writer,writer\n"), LABELS)


def test_required_text_is_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "COLUMNS", (columns.COLUMNS[0], Column("writer", "writer")))
    assert reason_of() == "the writer is missing"


@pytest.mark.parametrize("text", ["x" * 101, "a\nb", "\x1b[31m"], ids=["too long", "line break", "control"])
def test_text_that_no_line_can_show_is_refused(text: str) -> None:
    reason = reason_of(writer=text)
    assert re.fullmatch(r"writer '.{,24}' is no text of at most 100 printable characters", reason)


def test_what_rows_have_in_common_is_in_memory_once(layout_of: Callable) -> None:
    (one, other), _ = read_records(layout_of("а,1,a.png,3\nб,2,b.png,3\n"), LABELS)
    assert one.values is other.values


def test_records_keep_the_csv_order_and_lines(layout_of: Callable) -> None:
    records, bad = read_records(layout_of("в,3,c.png,2\n\nа,1,a.png,0\n"), LABELS)
    assert records == [Record(2, 2, "c.png", (2, None, None)), Record(4, 0, "a.png", (0, None, None))]
    assert bad == []


def test_every_bad_row_is_gathered_with_its_own_line(layout_of: Callable) -> None:
    rows = [
        "a,1,a.png,0",  # Latin
        "а,1,a.png,0",
        "",
        "б,1,b.png,0",
        "А,1,b.png,0",
        "б,2,b.png,9",
        "б,2",
        "б,2,b.png,0,0",
        "б,2,none.png,0",
        "а,1,a.png,0",
        '"б\n",2,b.png,0',
        "б,2,b.png,0",
        "б\u200b,2,b.png,0",
    ]
    records, bad = read_records(layout_of("\n".join(rows)), LABELS)
    assert [record.line for record in records] == [3, 14]
    expected = {
        2: "U+0061 LATIN SMALL LETTER A",
        5: "label 1 is 'а', but the letter is 'б'",
        6: "is upper case",
        7: "background '9' is no whole number from 0 to 3",
        8: "the file name is missing",
        9: "the row has more fields than the header",
        10: "the file does not exist",
        11: "the file is on line 3 already",
        12: "U+000A unnamed",
        15: "U+200B ZERO WIDTH SPACE",
    }
    assert [record.line for record in bad] == list(expected)
    for record, reason in zip(bad, expected.values(), strict=True):
        assert reason in record.reason


def test_bad_row_keeps_the_file_name_as_it_was_typed(layout_of: Callable) -> None:
    _, bad = read_records(layout_of("а,1, a.png,0\n"), LABELS)
    assert bad == [BadRecord(2, " a.png", "the file does not exist")]


def test_row_with_a_trailing_comma_loses_nothing_and_is_taken(layout_of: Callable) -> None:
    records, bad = read_records(layout_of("а,1,a.png,0,\nб,2,b.png,0,,\n"), LABELS)
    assert (len(records), bad) == (2, [])


def test_file_of_a_bad_row_may_be_named_again_by_a_good_one(layout_of: Callable) -> None:
    records, bad = read_records(layout_of("a,1,a.png,0\nа,1,a.png,0\n"), LABELS)
    assert ([r.line for r in records], [b.line for b in bad]) == ([3], [2])
