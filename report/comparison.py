"""Two models on the same test photos."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from components.inspector.inspection import Inspection
from core.accuracy import Accuracy
from core.errors import UserError
from core.features import TEST_SPLIT
from core.labels import Labels
from report.wording import points, value_and_interval


@dataclass(frozen=True)
class Comparison:
    """How two models differ.

    Attributes:
        accuracies: Of the first and of the second model: on all photos that both were tested on, then of each letter.
        only_first: Photos that only the first model read rightly.
        only_second: Photos that only the second did.
        p_value: McNemar's exact test: how often chance alone makes models of equal worth differ at least so much.
    """

    accuracies: Sequence[tuple[str, Accuracy, Accuracy]]
    only_first: int
    only_second: int
    p_value: float


def compare(first: Inspection, second: Inspection, labels: Labels) -> Comparison:
    """Compares two models of the same labels on the test photos that both were tested on.

    By the exact test of Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages" (1947).

    Raises:
        UserError: If they share no test photo.
    """
    a, b = _rights(first), _rights(second)
    shared = sorted(set(a) & set(b))
    if not shared:
        raise UserError("the two runs share no test photo, so their models cannot be compared")
    rights = np.array([[a[key], b[key]] for key in shared])
    class_ids = np.array([key[1] for key in shared])
    only_first = int((rights[:, 0] & ~rights[:, 1]).sum())
    only_second = int((~rights[:, 0] & rights[:, 1]).sum())
    letters = [_side_by_side(labels[class_id], rights[class_ids == class_id]) for class_id in np.unique(class_ids)]
    return Comparison(
        [_side_by_side("all", rights), *letters], only_first, only_second, mcnemar(only_first, only_second)
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Returns the two-sided p-value of McNemar's exact test, 1 where the models never differ."""
    if not only_first + only_second:
        return 1.0
    return float(stats.binomtest(only_first, only_first + only_second).pvalue)


def _rights(inspection: Inspection) -> dict[tuple[str, int], bool]:
    """Returns whether each test photo, by its id and its label, was read rightly."""
    return {
        (str(inspection.ids[row]), int(inspection.class_ids[row])): not inspection.misread[row]
        for row in np.flatnonzero(inspection.splits == TEST_SPLIT)
    }


def _side_by_side(what: str, rights: np.ndarray) -> tuple[str, Accuracy, Accuracy]:
    first, second = rights.mean(axis=0)
    return what, Accuracy(float(first), len(rights)), Accuracy(float(second), len(rights))


def comparison_rows(comparison: Comparison) -> Sequence[tuple[str, ...]]:
    """Returns a row for all letters and one for each: both accuracies with their intervals, and the difference."""
    return [
        (what, value_and_interval(first), value_and_interval(second), points(second.value - first.value))
        for what, first, second in comparison.accuracies
    ]
