"""The numbers of the labels, and letters however they were typed."""

import pytest

from core.labels import label_of, normalise_letter


def test_class_ids_count_from_0_and_labels_from_1() -> None:
    assert [label_of(class_id) for class_id in (0, 32)] == [1, 33]


@pytest.mark.parametrize(("typed", "letter"), [("и\u0306", "й"), ("е\u0308", "ё"), ("й", "й"), ("a", "a")])
def test_decomposed_letters_are_composed_and_others_left(typed: str, letter: str) -> None:
    assert normalise_letter(typed) == letter
