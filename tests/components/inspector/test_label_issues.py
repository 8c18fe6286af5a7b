"""Suspected label errors: a planted one is found, honest doubt is not one."""

import numpy as np

from components.inspector.label_issues import label_issues


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
    issues = label_issues(given, answers)
    assert issues.rows.tolist() == [40, 170]
    assert issues.rows.dtype == np.int64
    assert issues.quality[0] < issues.quality[1] < 0.5


def test_right_labels_are_not_suspected() -> None:
    true = np.repeat(np.arange(33), 10)
    assert label_issues(true, _answers(true, 0.6)).rows.tolist() == []
