"""A fraction of photos that were recognised, with what chance makes of it."""

from dataclasses import dataclass

from scipy import stats


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
