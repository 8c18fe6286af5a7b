"""The page itself."""

from __future__ import annotations

import jinja2
from plotly.offline import get_plotlyjs

from report.data import data_section
from report.errors import errors_section
from report.evaluation import evaluation_section
from report.run import run_section
from report.sources import Sources
from report.training import training_section
from report.verdict import verdict_section


def build_page(sources: Sources) -> str:
    """Returns the report as one HTML page that needs no network.

    Everything that comes from data is escaped.

    Args:
        sources: What is to be shown.
    """
    data, training, evaluation = data_section(sources), training_section(sources), evaluation_section(sources)
    charts = [chart for chart in (data.counts, training.curves, *evaluation.charts) if chart]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("report"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html").render(
        verdict=verdict_section(sources),
        data=data,
        training=training,
        evaluation=evaluation,
        errors=errors_section(sources),
        run=run_section(sources),
        charts=charts,
        plotly=get_plotlyjs() if charts else "",
    )
