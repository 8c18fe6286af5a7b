"""The rules for one row of the CSV, each with its message."""

import pytest

from components.example_gen.records import Record, RowError, parse_row
from core.features import BACKGROUNDS
from core.labels import ALPHABET


def reason_of(letter: str = "а", label: str = "1", file: str = "a.png", background: str = "0") -> str:
    with pytest.raises(RowError) as caught:
        parse_row(2, letter, label, file, background)
    return str(caught.value)


@pytest.mark.parametrize("class_id", range(33))
def test_each_letter_and_its_label_make_a_record(class_id: int) -> None:
    letter = ALPHABET[class_id]
    assert parse_row(7, letter, str(class_id + 1), "x.png", "3") == Record(7, letter, class_id, 3, "x.png")


@pytest.mark.parametrize(("typed", "label", "letter"), [("и\u0306", "11", "й"), ("е\u0308", "7", "ё")])
def test_decomposed_letter_is_taken_composed(typed: str, label: str, letter: str) -> None:
    assert parse_row(2, typed, label, "x.png", "0").letter == letter


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
    assert reason_of(letter=latin) == f"letter {latin!r} ({name}) is none of the 33 lower-case Russian letters"


@pytest.mark.parametrize("letter", ["А", "Ё", "Я", "И\u0306"])
def test_upper_case_is_named_as_such(letter: str) -> None:
    assert "is upper case; the letters are lower case" in reason_of(letter=letter)


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
    assert f"({points}) is none of the 33" in reason
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
