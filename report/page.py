"""The page itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from plotly.offline import get_plotlyjs

from report.data import data_section
from report.errors import errors_section
from report.evaluation import evaluation_section
from report.outcome import Outcome
from report.run import run_section
from report.training import training_section
from report.verdict import verdict_section


def build_page(summary: Mapping[str, Any], outcome: Outcome) -> str:
    """Returns the report as one HTML page that needs no network.

    Everything that comes from data is escaped.

    Args:
        summary: As in `summary.json`.
        outcome: What the run came to.
    """
    data, training, evaluation = data_section(outcome), training_section(outcome), evaluation_section(outcome)
    charts = [chart for chart in (data["counts"], training["curves"], *evaluation["charts"]) if chart]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("report"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html").render(
        verdict=verdict_section(summary, outcome),
        data=data,
        training=training,
        evaluation=evaluation,
        errors=errors_section(outcome),
        run=run_section(summary, outcome),
        charts=charts,
        plotly=get_plotlyjs() if charts else "",
    )
