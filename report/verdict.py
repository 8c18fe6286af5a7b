"""Of the first section: how the run ended, by which rules, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from report.chart import Table
from report.wording import percent, points

if TYPE_CHECKING:
    from components.blessing import Judged
    from components.test_result import TestResult
    from core.accuracy import Accuracy


class Threshold(NamedTuple):
    """A rule of the blessing in words: of which figure, the figure, the least that is asked for, and the margin."""

    what: str
    value: str
    bound: str
    margin: str
    met: bool


def headline(summary: Mapping[str, Any], verdict: Mapping[str, Any] | None) -> str:
    """Returns how a run ended, in a few words."""
    if summary["blessed"]:
        pushed = summary["pushed_model"]
        return f"Blessed, and pushed as version {pushed.rstrip('/').rpartition('/')[2]}" if pushed else "Blessed"
    if summary["blessed"] is False:
        return "Not blessed: nothing was pushed"
    if verdict and not verdict["passed"]:
        return "Stopped by the data check: nothing was trained"
    return "The run did not come to its end"


def thresholds(test: TestResult) -> list[Threshold]:
    """Returns every rule of the blessing with what was reached; those of letters from the weakest on."""

    def order(judged: Judged) -> tuple[bool, float]:
        # No photo at all is the weakest.
        return bool(judged.rule.slice), (-1.0 if judged.value is None else judged.value) if judged.rule.slice else 0.0

    return [_threshold(each) for each in sorted(test.judged, key=order)]


def changes(test: TestResult, baseline: TestResult) -> Table:
    """Returns the letters that the new model knows better or worse than the last blessed one, the worst first."""
    rows = [
        (test.per_letter[letter].value - before.value, letter, before, test.per_letter[letter])
        for letter, before in baseline.per_letter.items()
        if letter in test.per_letter and test.per_letter[letter].value != before.value
    ]
    overall = test.overall.value - baseline.overall.value, "all", baseline.overall, test.overall
    return Table(
        ("letter", "last blessed", "now", "change, points"),
        [_change_row(*row) for row in [overall, *sorted(rows, key=lambda row: row[0])]],
    )


def _change_row(difference: float, what: str, before: Accuracy, now: Accuracy) -> tuple[str, ...]:
    return what, percent(before.value, 1), percent(now.value, 1), points(difference)


def _threshold(judged: Judged) -> Threshold:
    bound, words = judged.rule.bound, points if judged.rule.is_change else percent
    if judged.value is None:
        return Threshold(judged.what, "no test photo", words(bound), "", judged.met)
    return Threshold(judged.what, words(judged.value), words(bound), points(judged.value - bound), judged.met)
