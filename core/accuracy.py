"""How many photos were recognised, with what chance makes of it, and whether probabilities mean what they say."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

_BINS = 15


@dataclass(frozen=True)
class Accuracy:
    """A fraction of photos that were recognised, and of how many."""

    value: float
    photos: int

    def interval_95(self) -> tuple[float, float]:
        """Returns the 95 % interval of the fraction (E. B. Wilson, JASA 22, 1927)."""
        right = round(self.value * self.photos)
        interval = stats.binomtest(right, self.photos).proportion_ci(0.95, method="wilson")
        return float(interval.low), float(interval.high)


@dataclass(frozen=True)
class Reliability:
    """Photos by the probability of the letter that was chosen, in bins of equal width.

    Attributes:
        photos: int64 [bins].
        confidence: float64 [bins], the mean probability; nan in an empty bin.
        accuracy: float64 [bins]; nan in an empty bin.
    """

    photos: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def reliability(probabilities: np.ndarray, class_ids: np.ndarray, bins: int = _BINS) -> Reliability:
    """Returns how right probabilities, float [n, letters], are where they are how sure; the true letters: int64 [n]."""
    # A model that answers NaN is sure of nothing.
    confidences = np.nan_to_num(probabilities.max(axis=1))
    right = probabilities.argmax(axis=1) == class_ids
    index = np.minimum((confidences * bins).astype(int), bins - 1)
    photos = np.bincount(index, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(index, weights=confidences, minlength=bins) / photos
        accuracy = np.bincount(index, weights=right, minlength=bins) / photos
    return Reliability(photos, confidence, accuracy)


def expected_calibration_error(probabilities: np.ndarray, class_ids: np.ndarray, bins: int = _BINS) -> float:
    """Returns by how much probability and accuracy differ on average.

    M. P. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning" (2015), with bins of equal
    width over the probability of the chosen letter; the arguments are those of `reliability`.

    Returns:
        The mean over photos of |accuracy - mean probability| of the photo's bin, 0 to 1.
    """
    found = reliability(probabilities, class_ids, bins)
    filled = found.photos > 0
    gaps = np.abs(found.accuracy - found.confidence) * found.photos
    return float(gaps[filled].sum() / len(class_ids))
