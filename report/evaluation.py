"""The fourth section: what TFMA measured on the test split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.features import BACKGROUNDS
from core.labels import ALPHABET
from report.chart import BLUE, HEAT_SCALE, Chart, Table, chart
from report.confusion import Pair, confused_pairs, confusion_chart
from report.reliability import reliability_chart
from report.sources import Sources
from report.wording import percent

if TYPE_CHECKING:
    from components.test_result import TestResult
    from core.accuracy import Accuracy


@dataclass(frozen=True)
class Evaluation:
    """What the section shows.

    Attributes:
        charts: In the order of the page.
        pairs: The most confused pairs of letters, with photos.
    """

    charts: list[Chart]
    pairs: list[Pair]


def evaluation_section(sources: Sources) -> Evaluation:
    """Returns the fourth section."""
    test, inspection = sources.test, sources.inspection
    charts = []
    if test:
        charts += [_accuracies("letters", "Accuracy of each letter", test.per_letter)]
        charts += [_accuracies("papers", "Accuracy on each paper", test.per_background)]
        charts += [_letters_and_papers(test), confusion_chart(test.confusion)]
    if inspection:
        charts.append(reliability_chart(inspection))
    return Evaluation(charts, confused_pairs(inspection) if inspection else [])


def _accuracies(key: str, title: str, accuracies: Mapping[str, Accuracy]) -> Chart:
    order = sorted(accuracies, key=lambda name: accuracies[name].value)
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
    figure.update_yaxes(tickformat=".0%", title_text="accuracy")
    rows = [
        (name, percent(value, 1), f"{percent(low, 1)} to {percent(high, 1)}", str(accuracies[name].photos))
        for name, value, (low, high) in zip(order, values, intervals, strict=True)
    ]
    says = f"The weakest is {order[0]} with {percent(values[0], 1)}; bars are 95 % intervals (Wilson)."
    table = Table((title.rpartition(" ")[2], "accuracy", "95 % interval", "photos"), rows)
    return chart(key, title, says, figure, table, width=640 if len(order) > 4 else 0)


def _letters_and_papers(test: TestResult) -> Chart:
    cells = test.per_letter_and_background
    values = [
        [cells[pair].value if (pair := (letter, paper)) in cells else None for letter in ALPHABET]
        for paper in BACKGROUNDS
    ]
    photos = [
        [cells[pair].photos if (pair := (letter, paper)) in cells else 0 for letter in ALPHABET]
        for paper in BACKGROUNDS
    ]
    figure = go.Figure(
        go.Heatmap(
            x=list(ALPHABET),
            y=list(BACKGROUNDS),
            z=values,
            customdata=photos,
            colorscale=HEAT_SCALE,
            zmax=1,
            colorbar={"tickformat": ".0%"},
            hovertemplate="%{x} on %{y}: %{z:.1%} of %{customdata}<extra></extra>",
        )
    )
    lowest = min(cells, key=lambda pair: (cells[pair].value, -cells[pair].photos), default=None)
    says = f"Lowest: {lowest[0]} on {lowest[1]}, of {cells[lowest].photos} photo(s)." if lowest else "No photos."
    rows = [(letter, *(_cell(cells.get((letter, paper))) for paper in BACKGROUNDS)) for letter in ALPHABET]
    table = Table(("letter", *BACKGROUNDS), rows)
    return chart("heat", "Accuracy by letter and paper", says, figure, table, height=260, width=760)


def _cell(accuracy: Accuracy | None) -> str:
    return f"{percent(accuracy.value, 0)} of {accuracy.photos}" if accuracy else "no photo"
