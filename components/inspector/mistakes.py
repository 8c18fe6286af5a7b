"""Which photos a model got most wrong, and whose label may be wrong."""

import numpy as np
from cleanlab.filter import find_label_issues


def worst_first(probabilities: np.ndarray, class_ids: np.ndarray, count: int) -> np.ndarray:
    """Returns the photos that a model got most wrong: the misread, and after them near misses.

    Each in the order of how much more probable the likeliest wrong letter is than the right one, by which the
    reference ranks its errors.

    Args:
        probabilities: float [n, letters].
        class_ids: int64 [n].
        count: How many are wanted.

    Returns:
        int64 [at most `count`].
    """
    rows = np.arange(len(class_ids))
    own = probabilities[rows, class_ids]
    others = probabilities.copy()
    others[rows, class_ids] = -1.0
    margins = others.max(axis=1) - own
    # Not from the margins: of two letters that are equally likely one is read, and NaN has no margin.
    right = probabilities.argmax(axis=1) == class_ids
    return np.lexsort((-margins, right))[:count]


def suspected_labels(class_ids: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Returns the photos whose label may be wrong, the most suspicious first: int64 [k].

    By confident learning (C. Northcutt et al., "Confident Learning: Estimating Uncertainty in Dataset Labels", 2021).
    The photos must not have been trained on: a network believes every label that it has learnt by heart.

    Args:
        class_ids: int64 [n], the given labels.
        probabilities: float32 [n, letters].
    """
    rows = find_label_issues(
        class_ids,
        probabilities,
        return_indices_ranked_by="normalized_margin",
        # One process: forking one that has TensorFlow's threads may hang.
        n_jobs=1,
    )
    return np.asarray(rows, np.int64)
