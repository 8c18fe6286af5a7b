"""The card of a pushed model: what it is for, what it was measured to do, and how to call it."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.accuracy import expected_calibration_error
from core.columns import slice_columns
from core.features import IMAGE_SIDE, MAX_PIXELS, SERVING_SIGNATURE
from report.outcome import Outcome
from report.robustness import changes_table
from report.verdict import thresholds
from report.wording import render


def model_card(summary: Mapping[str, Any], outcome: Outcome) -> str:
    """Returns the card as Markdown.

    After M. Mitchell et al., "Model Cards for Model Reporting" (2019).

    Args:
        summary: As in `summary.json`, of a run that pushed a model.
        outcome: What the run came to.
    """
    test = outcome.test
    assert test is not None
    return render(
        "model_card.md",
        version=Path(summary["pushed_model"]).name,
        summary=summary,
        command=f"python predict.py {shlex.quote(summary['pushed_model'])} photo.png",
        test=test,
        calibration_error=outcome.inspection and expected_calibration_error(*outcome.inspection.tested),
        accuracies=[*((each.title, test.per_value(each)) for each in slice_columns()), ("letter", test.per_letter)],
        thresholds=thresholds(test).rows,
        changes=changes_table(outcome.robustness),
        side=IMAGE_SIDE,
        max_pixels=MAX_PIXELS,
        signature=SERVING_SIGNATURE,
    )
