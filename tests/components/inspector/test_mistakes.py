"""The order in which errors are shown; and suspected label errors: a planted one is found, honest doubt is not one."""

import numpy as np

from components.inspector.mistakes import suspected_labels, worst_first

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]], np.float32)
TRUE = np.array([0, 1, 0, 2])


def test_the_worst_error_comes_first_and_near_misses_after_the_errors() -> None:
    assert worst_first(PROBABILITIES, TRUE, 3).tolist() == [2, 1, 3]
    assert worst_first(PROBABILITIES, TRUE, 9).tolist() == [2, 1, 3, 0]
    assert PROBABILITIES[0, 0] == np.float32(0.7)  # The argument is left alone.


def test_letter_as_likely_as_the_right_one_is_an_error_where_it_is_read() -> None:
    tied = np.array([[0.5, 0.5], [0.5, 0.5], [0.4, 0.6], [np.nan, np.nan]], np.float32)
    assert worst_first(tied, np.array([0, 1, 1, 1]), 4).tolist() == [1, 3, 0, 2]


def _answers(class_ids: np.ndarray, sure: float) -> np.ndarray:
    found = np.full((len(class_ids), 33), (1 - sure) / 32, np.float32)
    found[np.arange(len(class_ids)), class_ids] = sure
    return found


def test_planted_label_errors_are_found_the_surest_first() -> None:
    true = np.repeat(np.arange(33), 10)
    answers = _answers(true, 0.9)
    answers[[40, 170]] = _answers(true[[40]], 0.99)[0], _answers(true[[170]], 0.95)[0]
    given = true.copy()
    given[[40, 170]] = [20, 3]
    found = suspected_labels(given, answers)
    assert found.tolist() == [40, 170]
    assert found.dtype == np.int64


def test_right_labels_are_not_suspected() -> None:
    true = np.repeat(np.arange(33), 10)
    assert suspected_labels(true, _answers(true, 0.6)).tolist() == []
