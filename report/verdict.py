"""The first section: blessed or not, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from report.chart import Table
from report.sources import Sources
from report.wording import commit, duration, percent, points, with_photos

if TYPE_CHECKING:
    from components.test_result import TestResult
    from core.accuracy import Accuracy


@dataclass(frozen=True)
class Threshold:
    """A bound that a model must keep.

    Attributes:
        what: Of which figure.
        value: The figure.
        bound: The least that is asked for.
        margin: The figure less the bound, in points.
        met: Whether it is kept.
    """

    what: str
    value: str
    bound: str
    margin: str
    met: bool


@dataclass(frozen=True)
class Verdict:
    """What the section shows.

    Attributes:
        headline: The answer.
        good: Whether it is a good one.
        reasons: Why not, in words.
        figures: Name and value of the main figures.
        thresholds: What was asked for; empty where nothing was evaluated.
        changes: Letters whose accuracy is another than the last blessed model's; None without such a model.
        facts: Name and value of what was run.
    """

    headline: str
    good: bool
    reasons: list[str]
    figures: list[tuple[str, str]]
    thresholds: list[Threshold]
    changes: Table | None
    facts: list[tuple[str, str]]


def verdict_section(sources: Sources) -> Verdict:
    """Returns the first section."""
    summary = sources.summary
    return Verdict(
        headline=headline(summary, sources.verdict),
        good=summary["blessed"] is True,
        reasons=list(summary["reasons"]),
        figures=_figures(sources),
        thresholds=thresholds(sources.test, sources.baseline, summary["config"]["evaluation"]) if sources.test else [],
        changes=changes(sources.test, sources.baseline) if sources.test and sources.baseline else None,
        facts=_facts(summary),
    )


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


def thresholds(test: TestResult, baseline: TestResult | None, settings: Mapping[str, float]) -> list[Threshold]:
    """Returns every bound with what was reached.

    Args:
        test: Of the new model.
        baseline: Of the last blessed one.
        settings: The configuration's `evaluation`.
    """
    found = [_threshold("accuracy of all test photos", test.overall.value, settings["min_accuracy"])]
    if baseline:
        change = test.overall.value - baseline.overall.value
        bound = -settings["max_accuracy_drop"]
        found.append(
            Threshold(
                "change against the last blessed model",
                points(change),
                points(bound),
                points(change - bound),
                change >= bound,
            )
        )
    bound = settings["min_letter_accuracy"]
    letters = sorted(test.per_letter.items(), key=lambda item: item[1].value)
    return found + [_threshold(f"accuracy of {letter}", accuracy.value, bound) for letter, accuracy in letters]


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


def _threshold(what: str, value: float, bound: float) -> Threshold:
    return Threshold(what, percent(value), percent(bound), points(value - bound), value >= bound)


def _figures(sources: Sources) -> list[tuple[str, str]]:
    if sources.test is None:
        return []
    weakest = min(sources.test.per_letter.items(), key=lambda item: item[1].value)
    found = [
        ("accuracy, with its 95 % interval", with_photos(sources.test.overall)),
        ("letter among the two likeliest", percent(sources.test.top_2.value)),
        ("weakest letter", f"{weakest[0]}, {percent(weakest[1].value, 1)}"),
    ]
    if sources.baseline:
        found.append(("last blessed model, same photos", with_photos(sources.baseline.overall)))
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
