"""Whether the served probabilities mean what they say, as a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.calibration_error import expected_calibration_error, reliability
from core.features import TEST_SPLIT
from report.chart import BLUE, GREY, Chart, Table, chart
from report.wording import percent

if TYPE_CHECKING:
    from components.inspector.inspection import Inspection


def reliability_chart(inspection: Inspection) -> Chart:
    """Returns the accuracy of the test photos by the probability of the chosen letter."""
    test = inspection.splits == TEST_SPLIT
    probabilities, class_ids = inspection.probabilities[test], inspection.class_ids[test]
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
    return chart("reliability", "Do probabilities mean what they say?", says, figure, table, height=420)
