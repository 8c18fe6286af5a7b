"""The page itself."""

from collections.abc import Mapping
from typing import Any

from plotly.offline import get_plotlyjs

from report.data import data_section
from report.errors import errors_section
from report.evaluation import evaluation_section
from report.outcome import Outcome
from report.training import training_section
from report.verdict import changes, headline, thresholds
from report.wording import render


def build_page(summary: Mapping[str, Any], outcome: Outcome) -> str:
    """Returns the report as one HTML page that needs no network.

    Everything that comes from data is escaped. The summary is as in `summary.json`.
    """
    data, training, evaluation = data_section(outcome), training_section(outcome), evaluation_section(outcome)
    charts = [chart for chart in (data["counts"], training["curves"], *evaluation["charts"]) if chart]
    test = outcome.test
    return render(
        "page.html",
        summary=summary,
        outcome=outcome,
        headline=headline(summary, outcome.verdict),
        thresholds=thresholds(test) if test else None,
        changes=changes(test, test.baseline) if test and test.baseline else None,
        data=data,
        training=training,
        evaluation=evaluation,
        errors=errors_section(outcome),
        charts=charts,
        plotly=get_plotlyjs() if charts else "",
    )
