"""The alphabet and its numbers."""

import unicodedata

import pytest

from core.labels import ALPHABET, class_id_of, label_of, normalise_letter


def test_alphabet_is_the_33_russian_letters_with_yo_after_ye() -> None:
    russian = {chr(point) for point in range(ord("а"), ord("я") + 1)} | {"ё"}
    assert set(ALPHABET) == russian
    assert len(ALPHABET) == 33
    assert [*ALPHABET.replace("ё", "")] == sorted(ALPHABET.replace("ё", ""))
    assert ALPHABET.index("ё") == ALPHABET.index("е") + 1


def test_alphabet_is_composed() -> None:
    assert unicodedata.is_normalized("NFC", ALPHABET)


@pytest.mark.parametrize(("letter", "class_id", "label"), [("а", 0, 1), ("ё", 6, 7), ("й", 10, 11), ("я", 32, 33)])
def test_class_ids_count_from_0_and_labels_from_1(letter: str, class_id: int, label: int) -> None:
    assert class_id_of(letter) == class_id
    assert label_of(class_id) == label


@pytest.mark.parametrize(("typed", "letter"), [("и\u0306", "й"), ("е\u0308", "ё"), ("й", "й"), ("a", "a")])
def test_decomposed_letters_are_composed_and_others_left(typed: str, letter: str) -> None:
    assert normalise_letter(typed) == letter


# "аб" is a substring of the alphabet, which str.index alone would accept.
@pytest.mark.parametrize("text", ["", "аб", "a", "А", "и\u0306"])
def test_what_is_not_one_letter_has_no_class(text: str) -> None:
    with pytest.raises(ValueError, match=r"not one letter|substring not found"):
        class_id_of(text)
