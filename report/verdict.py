"""Of the first section: how the run ended, by which rules, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from report.chart import Table
from report.wording import percent, points

if TYPE_CHECKING:
    from components.blessing import Judged
    from components.test_result import TestResult


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


def thresholds(test: TestResult) -> Table:
    """Returns every rule of the blessing with what was reached; those of letters from the weakest on."""
    headers = ("figure", "reached", "at least", "margin, points", "met")

    def order(judged: Judged) -> tuple[bool, float]:
        # No photo at all is the weakest.
        return bool(judged.rule.slice), (-1.0 if judged.value is None else judged.value) if judged.rule.slice else 0.0

    return Table(headers, [_threshold_row(each) for each in sorted(test.judged, key=order)])


def changes(test: TestResult, baseline: TestResult) -> Table:
    """Returns the letters that the new model knows better or worse than the last blessed one, the worst first."""
    moved = [
        (letter, before, test.per_letter[letter])
        for letter, before in baseline.per_letter.items()
        if letter in test.per_letter and test.per_letter[letter].value != before.value
    ]
    moved.sort(key=lambda row: row[2].value - row[1].value)
    rows = [
        (what, percent(before.value, 1), percent(now.value, 1), points(now.value - before.value))
        for what, before, now in [("all", baseline.overall, test.overall), *moved]
    ]
    return Table(("letter", "last blessed", "now", "change, points"), rows)


def _threshold_row(judged: Judged) -> tuple[str, ...]:
    bound, words, met = judged.rule.bound, points if judged.rule.is_change else percent, "yes" if judged.met else "NO"
    if judged.value is None:
        return judged.what, "no test photo", words(bound), "", met
    return judged.what, words(judged.value), words(bound), points(judged.value - bound), met
