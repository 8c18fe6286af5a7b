"""The fourth section: what TFMA measured on the test split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from core.accuracy import expected_calibration_error, reliability
from core.columns import Column, slice_columns
from report.chart import BLUE, GREY, HEAT_SCALE, Chart, Table
from report.confusion import confused_pairs, confusion_chart
from report.outcome import Outcome
from report.robustness import changed_photos, changes_table
from report.wording import percent
from report.writers import worst_writers

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection
    from components.test_result import TestResult
    from core.accuracy import Accuracy


# More of a column are no longer told apart in a chart; the worst are shown.
_MOST_VALUES = 60


def evaluation_section(outcome: Outcome) -> dict[str, Any]:
    """Returns the fourth section: charts, and the most confused pairs of letters."""
    test, inspection = outcome.test, outcome.inspection
    charts = []
    if test:
        charts += _slice_charts(test)
        charts.append(confusion_chart(test.confusion, test.labels))
    if inspection:
        charts.append(reliability_chart(inspection))
    return {
        "charts": charts,
        "changes": changes_table(outcome.robustness),
        "changed_photos": changed_photos(outcome.robustness, outcome.labels),
        "writers": worst_writers(test, inspection, outcome.labels),
        "pairs": confused_pairs(inspection, outcome.labels) if inspection else [],
    }


def _slice_charts(test: TestResult) -> list[Chart]:
    # Of an optional column there may be no value at all.
    columns = [column for column in slice_columns() if test.per_value(column)]
    few = [column for column in columns if len(test.per_value(column)) <= _MOST_VALUES]
    found = [_accuracies("letter", "Accuracy by letter", test.per_letter)] if test.per_letter else []
    found += [_accuracies(each.name, f"Accuracy by {each.title}", test.per_value(each)) for each in columns]
    return found + [_letters_and(column, test) for column in few]


def _accuracies(key: str, title: str, accuracies: Mapping[str, Accuracy]) -> Chart:
    order = sorted(accuracies, key=lambda name: accuracies[name].value)[:_MOST_VALUES]
    values = [accuracies[name].value for name in order]
    intervals = [accuracies[name].interval_95() for name in order]
    figure = go.Figure(
        go.Scatter(
            x=order,
            y=values,
            mode="markers",
            marker={"color": BLUE, "size": 9},
            error_y={
                "symmetric": False,
                "array": [high - value for value, (_, high) in zip(values, intervals, strict=True)],
                "arrayminus": [value - low for value, (low, _) in zip(values, intervals, strict=True)],
            },
        )
    )
    # As names, also where they look like numbers.
    figure.update_xaxes(type="category")
    figure.update_yaxes(tickformat=".0%", title_text="accuracy")
    rows = [
        (name, percent(value, 1), f"{percent(low, 1)} to {percent(high, 1)}", str(accuracies[name].photos))
        for name, value, (low, high) in zip(order, values, intervals, strict=True)
    ]
    rest = len(accuracies) - len(order)
    more = f" The other {rest} are better." if rest else ""
    says = f"The weakest is {order[0]} with {percent(values[0], 1)}; bars are 95 % intervals (Wilson).{more}"
    table = Table((title.rpartition(" ")[2], "accuracy", "95 % interval", "photos"), rows)
    return Chart(key, title, says, figure, table, width=640 if len(order) > 4 else 0)


def _letters_and(column: Column, test: TestResult) -> Chart:
    cells, labels = test.per_letter_and_value(column), test.labels
    shown = column.in_order([*column.names, *test.per_value(column)])
    values = [[cells[pair].value if (pair := (label, each)) in cells else None for label in labels] for each in shown]
    photos = [[cells[pair].photos if (pair := (label, each)) in cells else 0 for label in labels] for each in shown]
    figure = go.Figure(
        go.Heatmap(
            x=list(labels),
            y=shown,
            z=values,
            customdata=photos,
            colorscale=HEAT_SCALE,
            zmax=1,
            colorbar={"tickformat": ".0%"},
            hovertemplate="%{x} on %{y}: %{z:.1%} of %{customdata}<extra></extra>",
        )
    )
    figure.update_yaxes(type="category")
    lowest = min(cells, key=lambda pair: (cells[pair].value, -cells[pair].photos), default=None)
    says = f"Lowest: {lowest[0]} on {lowest[1]}, of {cells[lowest].photos} photo(s)." if lowest else "No photos."
    rows = [(label, *(_cell(cells.get((label, each))) for each in shown)) for label in labels]
    title, table = f"Accuracy by letter and {column.title}", Table(("letter", *shown), rows)
    return Chart(f"letter_{column.name}", title, says, figure, table, height=180 + 20 * len(shown), width=760)


def _cell(accuracy: Accuracy | None) -> str:
    return f"{percent(accuracy.value, 0)} of {accuracy.photos}" if accuracy else "no photo"


def reliability_chart(inspection: Inspection) -> Chart:
    """Returns whether the served probabilities mean what they say: the accuracy by the chosen letter's probability."""
    probabilities, class_ids = inspection.tested
    found = reliability(probabilities, class_ids)
    filled = [index for index, photos in enumerate(found.photos) if photos]
    figure = go.Figure(
        [
            go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "dash": "dash"}, name="as it should be"),
            go.Scatter(
                x=[found.confidence[index] for index in filled],
                y=[found.accuracy[index] for index in filled],
                mode="lines+markers",
                marker={"color": BLUE, "size": [6 + found.photos[index] ** 0.4 for index in filled]},
                customdata=[int(found.photos[index]) for index in filled],
                hovertemplate="said %{x:.1%}, right %{y:.1%} of %{customdata}<extra></extra>",
                name="as it is",
            ),
        ]
    )
    figure.update_xaxes(tickformat=".0%", title_text="probability of the chosen letter", range=[0, 1.02])
    figure.update_yaxes(tickformat=".0%", title_text="right", range=[0, 1.02])
    error = expected_calibration_error(probabilities, class_ids)
    says = f"Expected calibration error {error:.4f} (15 equal bins); larger dots stand for more photos."
    rows = [(percent(found.confidence[i], 1), percent(found.accuracy[i], 1), str(found.photos[i])) for i in filled]
    table = Table(("probability, mean", "right", "photos"), rows)
    return Chart("reliability", "Do probabilities mean what they say?", says, figure, table, height=420)
