"""Writes a run's report and model card, and keeps its summary where the report can be made again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.files import write_whole
from pipeline.local.output import Output
from report.outcome import Outcome


def write_report(output: Output, summary: Mapping[str, Any], outcome: Outcome) -> Path:
    """Makes the report of the run that has just ended, and the card of the version that it pushed.

    Args:
        output: Where the run wrote.
        summary: As in `summary.json`.
        outcome: What the run came to.

    Returns:
        The page.
    """
    # Here, since it imports plotly: a mistake is told before that second.
    from report.page import build_page

    if summary["run"]:
        # Here, since it imports MLMD; the run has imported it already.
        from pipeline.outcome.record import open_store, save_summary

        save_summary(open_store(output.metadata), summary["run"], summary)
    write_whole(output.report, build_page(summary, outcome))
    if outcome.test and summary["pushed_model"]:
        from report.model_card import model_card

        card = output.model_cards / f"{int(Path(summary['pushed_model']).name)}.md"
        card.parent.mkdir(exist_ok=True)
        write_whole(card, model_card(summary, outcome))
    return output.report
