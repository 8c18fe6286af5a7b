"""The card of a pushed model: what it is for, what it was measured to do, and how to call it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from core.accuracy import Accuracy, expected_calibration_error
from core.columns import slice_columns
from core.errors import printable
from core.features import IMAGE_SIDE, MAX_PIXELS, SERVING_SIGNATURE, TEST_SPLIT
from report.outcome import Outcome
from report.verdict import thresholds
from report.wording import commit, value_and_interval


def model_card(summary: Mapping[str, Any], outcome: Outcome) -> str:
    """Returns the card as Markdown.

    After M. Mitchell et al., "Model Cards for Model Reporting" (2019).

    Args:
        summary: As in `summary.json`, of a run that pushed a model.
        outcome: What the run came to.
    """
    test = outcome.test
    assert test is not None
    environment = jinja2.Environment(
        # Not HTML: what comes from outside is made a code span, or a string of Python.
        loader=jinja2.PackageLoader("report"),
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"code": code_span, "python": python_string}
    return environment.get_template("model_card.md").render(
        version=Path(summary["pushed_model"]).name,
        summary=summary,
        command=f"python predict.py {shlex.quote(summary['pushed_model'])} photo.png",
        overall=value_and_interval(test.overall),
        photos=test.overall.photos,
        top_2=test.top_2.value,
        calibration_error=_calibration_error(outcome),
        letters=_rows(test.per_letter),
        slices=[(column.title, _rows(found)) for column in slice_columns() if (found := test.per_value(column))],
        thresholds=thresholds(test),
        labels=test.labels,
        side=IMAGE_SIDE,
        max_pixels=MAX_PIXELS,
        signature=SERVING_SIGNATURE,
        code=commit(summary.get("code")),
    )


def code_span(text: str) -> str:
    """Returns a text as Markdown that shows it as it is, on one line, whatever it holds."""
    text = printable(text)
    # One backtick more than the longest run in the text; a space apart where the text has one at an end.
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[:1] in ("", "`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{space}{text}{space}{fence}"


def python_string(text: str) -> str:
    """Returns a text as a string literal of Python, on one line."""
    return printable(json.dumps(text, ensure_ascii=False))


def _rows(accuracies: Mapping[str, Accuracy]) -> list[tuple[str, str, int]]:
    return [(name, value_and_interval(each), each.photos) for name, each in accuracies.items()]


def _calibration_error(outcome: Outcome) -> float | None:
    inspection = outcome.inspection
    if inspection is None:
        return None
    test = inspection.splits == TEST_SPLIT
    return expected_calibration_error(inspection.probabilities[test], inspection.class_ids[test])
