"""The card of a pushed model: what it is for, what it was measured to do, and how to call it."""

from __future__ import annotations

from pathlib import Path

import jinja2

from components.calibration_error import expected_calibration_error
from components.features import IMAGE_SIDE, TEST_SPLIT
from components.letters import ALPHABET
from components.trainer.export import SERVING_SIGNATURE
from report.sources import Sources
from report.verdict import thresholds
from report.wording import value_and_interval


def model_card(sources: Sources) -> str:
    """Returns the card as Markdown.

    After M. Mitchell et al., "Model Cards for Model Reporting" (2019).

    Args:
        sources: Of a run that pushed a model.
    """
    summary, test = sources.summary, sources.test
    assert test is not None
    environment = jinja2.Environment(
        # Markdown is read as text, not as a page: nothing is escaped.
        loader=jinja2.PackageLoader("report"),
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("model_card.md").render(
        version=Path(summary["pushed_model"]).name,
        summary=summary,
        overall=value_and_interval(test.overall),
        photos=test.overall.photos,
        top_2=test.top_2.value,
        calibration_error=_calibration_error(sources),
        letters=[(name, value_and_interval(each), each.photos) for name, each in test.per_letter.items()],
        papers=[(name, value_and_interval(each), each.photos) for name, each in test.per_background.items()],
        thresholds=thresholds(test, sources.baseline, summary["config"]["evaluation"]),
        alphabet=ALPHABET,
        side=IMAGE_SIDE,
        signature=SERVING_SIGNATURE,
    )


def _calibration_error(sources: Sources) -> float | None:
    if sources.inspection is None:
        return None
    test = sources.inspection.splits == TEST_SPLIT
    return expected_calibration_error(sources.inspection.probabilities[test], sources.inspection.class_ids[test])
