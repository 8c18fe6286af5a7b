"""The alphabet and its numbers."""

import unicodedata

import pytest

from core.labels import ALPHABET, label_of, normalise_letter


def test_alphabet_is_the_33_russian_letters_with_yo_after_ye() -> None:
    russian = {chr(point) for point in range(ord("а"), ord("я") + 1)} | {"ё"}
    assert set(ALPHABET) == russian
    assert len(ALPHABET) == 33
    assert [*ALPHABET.replace("ё", "")] == sorted(ALPHABET.replace("ё", ""))
    assert ALPHABET.index("ё") == ALPHABET.index("е") + 1


def test_alphabet_is_composed() -> None:
    assert unicodedata.is_normalized("NFC", ALPHABET)


def test_class_ids_count_from_0_and_labels_from_1() -> None:
    assert [label_of(class_id) for class_id in (0, 32)] == [1, 33]


@pytest.mark.parametrize(("typed", "letter"), [("и\u0306", "й"), ("е\u0308", "ё"), ("й", "й"), ("a", "a")])
def test_decomposed_letters_are_composed_and_others_left(typed: str, letter: str) -> None:
    assert normalise_letter(typed) == letter
