"""The first section: blessed or not, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from report.chart import Table
from report.outcome import Outcome
from report.wording import commit, duration, percent, points, with_photos

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


def verdict_section(summary: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    """Returns the first section: the answer, why, the main figures, the rules, what changed, and what was run."""
    test = outcome.test
    return {
        "headline": headline(summary, outcome.verdict),
        "good": summary["blessed"] is True,
        "reasons": list(summary["reasons"]),
        "figures": _figures(test) if test else [],
        "thresholds": thresholds(test) if test else [],
        "changes": changes(test, test.baseline) if test and test.baseline else None,
        "facts": _facts(summary),
    }


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


def _figures(test: TestResult) -> list[tuple[str, str]]:
    found = [
        ("accuracy, with its 95 % interval", with_photos(test.overall)),
        ("letter among the two likeliest", percent(test.top_2.value)),
    ]
    if weakest := min(test.per_letter.items(), key=lambda item: item[1].value, default=None):
        found.append(("weakest letter", f"{weakest[0]}, {percent(weakest[1].value, 1)}"))
    if test.baseline:
        found.append(("last blessed model, same photos", with_photos(test.baseline.overall)))
    return found


def _facts(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    data = summary["data"]
    return [
        ("data", data["folder"] + (" (generated letters, not photos)" if data["generated"] else "")),
        ("recipe", f"{summary['recipe']} (configuration {summary['config_sha256'][:12]})"),
        ("started", summary["started"]),
        ("took", duration(summary["seconds"])),
        ("pushed model", summary["pushed_model"] or "none"),
        ("versions", ", ".join(f"{name} {version}" for name, version in summary["versions"].items())),
        ("code", commit(summary.get("code"))),
    ]
