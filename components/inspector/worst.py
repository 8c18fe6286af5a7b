"""Which photos a model got most wrong."""

import numpy as np


def margins(probabilities: np.ndarray, class_ids: np.ndarray) -> np.ndarray:
    """Returns by how much each photo's likeliest wrong letter is more probable than its own: float [n], -1 to 1.

    Above 0 the photo is misread. The reference ranks its errors by this difference.

    Args:
        probabilities: float [n, letters].
        class_ids: int64 [n].
    """
    rows = np.arange(len(class_ids))
    own = probabilities[rows, class_ids]
    others = probabilities.copy()
    others[rows, class_ids] = -1.0
    return np.asarray(others.max(axis=1) - own)


def worst_first(probabilities: np.ndarray, class_ids: np.ndarray, count: int) -> np.ndarray:
    """Returns int64 [at most `count`]: the photos of the largest margins; the misread come before near misses."""
    return np.argsort(-margins(probabilities, class_ids), kind="stable")[:count]
