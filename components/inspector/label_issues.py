"""Suspected label errors, found by cleanlab."""

from dataclasses import dataclass

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores


@dataclass(frozen=True)
class LabelIssues:
    """Photos whose label may be wrong, the most suspicious first.

    Attributes:
        rows: int64 [k], which photos.
        quality: float64 [k], the probability of the given label as cleanlab weighs it: low is suspicious.
    """

    rows: np.ndarray
    quality: np.ndarray


def label_issues(class_ids: np.ndarray, probabilities: np.ndarray) -> LabelIssues:
    """Returns the photos whose label may be wrong.

    By confident learning (C. Northcutt et al., "Confident Learning: Estimating Uncertainty in Dataset Labels", 2021).
    The photos must not have been trained on: a network believes every label that it has learnt by heart.

    Args:
        class_ids: int64 [n], the given labels.
        probabilities: float32 [n, 33].
    """
    rows = find_label_issues(
        class_ids,
        probabilities,
        return_indices_ranked_by="normalized_margin",
        # One process: forking one that has TensorFlow's threads may hang.
        n_jobs=1,
    )
    quality = get_label_quality_scores(class_ids, probabilities, method="normalized_margin")
    return LabelIssues(np.asarray(rows, np.int64), np.asarray(quality[rows], np.float64))
