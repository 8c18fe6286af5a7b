"""Rows that are wrong: each is one line on stderr with its line in the CSV, before TFX is imported."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.features import CSV_FILE_NAME
from tests.hostile.hostile_runs import HEADER, ROWS, Done, assert_refused, assert_row_refused, write_csv

Call = Callable[..., Done]
LOOK_ALIKES = {"а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x"}
NAMES = {"a": "A", "e": "E", "o": "O", "p": "P", "c": "C", "y": "Y", "x": "X"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("в,3.0,c.png,0", "label '3.0' is no whole number from 1 to 33"),
        ("в,NaN,c.png,0", "label 'NaN' is no whole number from 1 to 33"),
        ("в,,c.png,0", "the label is missing"),
        ("в,0,c.png,0", "label '0' is no whole number from 1 to 33"),
        ("в,34,c.png,0", "label '34' is no whole number from 1 to 33"),
        ("в,-3,c.png,0", "label '-3' is no whole number from 1 to 33"),
        ("в,٣,c.png,0", "label '٣' is no whole number from 1 to 33"),
        ("в,4,c.png,0", "label 4 is 'г', but the letter is 'в'"),
        ("В,3,c.png,0", "letter 'В' is upper case; the schema has 'в'"),
        ("NaN,3,c.png,0", "letter 'NaN' (U+004E LATIN CAPITAL LETTER N U+0061 LATIN SMALL LETTER A "
         "U+004E LATIN CAPITAL LETTER N) is none of the schema's 33 labels"),
        (",3,c.png,0", "the letter is missing"),
        ("в,3,c.png,4", "background '4' is no whole number from 0 to 3"),
        ("в,3,c.png,", "the background is missing"),
        ("в,3,c.png,0,0", "the row has more fields than the header"),
        ("б,2,b.png,1", "the file is on line 3 already"),
    ],
    ids=["float", "NaN label", "no label", "0", "34", "negative", "Arabic digit", "disagreeing", "upper case",
         "NaN letter", "no letter", "paper 4", "no paper", "too many fields", "the row before once more"],
)  # fmt: skip
def test_wrong_row_is_told_with_its_line(call: Call, flat: Path, row: str, reason: str) -> None:
    write_csv(flat, [*ROWS, row])
    assert_row_refused(call(), 4, "b.png" if "b.png" in row else "c.png", reason)


@pytest.mark.parametrize("file", ["./b.png", "b.png/", ".//b.png", "./././b.png"])
def test_file_is_told_to_be_there_twice_however_it_is_spelt(call: Call, flat: Path, file: str) -> None:
    write_csv(flat, [*ROWS, f"в,3,{file},0"])
    assert_row_refused(call(), 4, file, "the file is on line 3 already")


@pytest.mark.parametrize("letter", LOOK_ALIKES)
def test_latin_look_alike_is_told_by_its_code_point(call: Call, flat: Path, letter: str) -> None:
    latin = LOOK_ALIKES[letter]
    write_csv(flat, [*ROWS, f"{latin},1,c.png,0"])
    name = f"U+{ord(latin):04X} LATIN SMALL LETTER {NAMES[latin]}"
    assert_row_refused(call(), 4, "c.png", f"letter {latin!r} ({name}) is none of the schema's 33 labels")


@pytest.mark.parametrize(
    ("hidden", "name"),
    [
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u200d", "U+200D ZERO WIDTH JOINER"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u00ad", "U+00AD SOFT HYPHEN"),
    ],
)
def test_zero_width_character_in_a_letter_is_made_visible(call: Call, flat: Path, hidden: str, name: str) -> None:
    write_csv(flat, [*ROWS, f"в{hidden},3,c.png,0"])
    done = call()
    assert_refused(done)
    assert f"U+0432 CYRILLIC SMALL LETTER VE {name}" in done.lines[0]
    assert done.err.count(hidden) == 0


def test_zero_width_character_in_a_file_name_is_made_visible(call: Call, flat: Path) -> None:
    write_csv(flat, [*ROWS, "в,3,c\u200b.png,0"])
    assert_row_refused(call(), 4, r"c\u200b.png", "the file does not exist")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_formula_cannot_run_from_the_list_of_bad_records(call: Call, flat: Path, start: str) -> None:
    formula = f"{start}HYPERLINK(1)"
    write_csv(flat, [*ROWS, f"в,3,{formula},0"])
    done = call()
    assert_refused(done)
    assert done.listed == {4: ("'" + formula, "the file does not exist")}


def test_field_of_a_megabyte_does_not_flood_the_screen(call: Call, flat: Path) -> None:
    write_csv(flat, [*ROWS, f"в,3,{'x' * 10**6},0"])
    assert_row_refused(call(), 4, "x" * 57 + "...", "the file cannot be read: File name too long")
    write_csv(flat, [*ROWS, f"{'в' * 10**6},3,c.png,0"])
    done = call()
    assert_refused(done)
    assert done.lines[0].startswith(f"{CSV_FILE_NAME}, line 4: c.png: letter 'вввввввввв' (")


def test_lines_are_right_below_blank_lines_and_fields_of_several_lines(call: Call, flat: Path) -> None:
    write_csv(flat, [ROWS[0], "", ",,,", '"б",2,b.png,1,"a\nnote\r\nof three"', "", "в,4,c.png,0"], f"{HEADER},note")
    assert_row_refused(call(), 9, "c.png", "label 4 is 'г', but the letter is 'в'")


def test_all_wrong_rows_are_listed_and_twenty_are_shown(call: Call, flat: Path) -> None:
    write_csv(flat, [*ROWS, *(f"в,3,none{number}.png,0" for number in range(30))])
    done = call()
    assert_refused(done)
    assert len(done.lines) == 22
    assert done.lines[-2:] == ["and 10 more", f"30 bad record(s): {done.lines[-1].partition(': ')[2]}"]
    assert list(done.listed) == list(range(4, 34))
