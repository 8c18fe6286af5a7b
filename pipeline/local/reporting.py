"""Writes a run's report and model card, and keeps its summary where the report can be made again."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.example_gen.bad_records import read_bad_records
from core.files import write_whole
from pipeline.local.output import Output
from report.sources import Sources


def write_report(output: Output, summary: Mapping[str, Any]) -> Path:
    """Makes the report of the run that has just ended, and the card of the version that it pushed.

    Args:
        output: Where the run wrote.
        summary: What it came to.

    Returns:
        The page.
    """
    # Here, since it imports plotly: a mistake is told before that second.
    from report.page import build_page

    sources = _sources(output, summary)
    write_whole(output.report, build_page(sources))
    if sources.test and summary["pushed_model"]:
        # Here, since it imports TensorFlow, which a run that pushed has imported.
        from report.model_card import model_card

        card = output.model_cards / f"{int(Path(summary['pushed_model']).name)}.md"
        card.parent.mkdir(exist_ok=True)
        write_whole(card, model_card(sources))
    return output.report


def _sources(output: Output, summary: Mapping[str, Any]) -> Sources:
    if summary["run"] is None:
        return Sources(summary, bad_records=read_bad_records(output.bad_records))
    # Here, since they import MLMD and TFMA; the run has imported them already.
    from pipeline.outcome.gather import gather
    from pipeline.outcome.record import find_run, open_store, read_run, save_summary

    store = open_store(output.metadata)
    save_summary(store, summary["run"], summary)
    sources = gather(store, read_run(store, find_run(store, summary["run"])), summary)
    if sources.bad_records:
        return sources
    # An ExampleGen that stopped has left no artifact.
    return dataclasses.replace(sources, bad_records=read_bad_records(output.bad_records))
