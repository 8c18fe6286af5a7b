"""How the report writes numbers, and the version of our code."""

from collections.abc import Mapping
from typing import Any

from core.accuracy import Accuracy


def percent(value: float, digits: int = 2) -> str:
    """Returns a fraction as a percentage."""
    return f"{value:.{digits}%}"


def points(difference: float) -> str:
    """Returns a difference of fractions in percentage points, with its sign."""
    return f"{100 * difference:+.2f}"


def value_and_interval(accuracy: Accuracy) -> str:
    """Returns an accuracy with its 95 % interval."""
    low, high = accuracy.interval_95()
    return f"{percent(accuracy.value)} ({percent(low)} to {percent(high)})"


def with_photos(accuracy: Accuracy) -> str:
    """Returns an accuracy with its 95 % interval and its photos."""
    return f"{value_and_interval(accuracy)} of {accuracy.photos}"


def duration(seconds: float) -> str:
    """Returns seconds as people say them."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def commit(code: Mapping[str, Any] | None) -> str:
    """Returns the version of our code in words.

    Args:
        code: As in `summary.json`; None in those of older runs.
    """
    if not code or code["git_commit"] is None:
        return "commit unknown"
    return f"commit {code['git_commit']}{', and changes that are in no commit' if code['modified'] else ''}"
