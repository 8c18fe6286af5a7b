"""Runs to report on, made of known numbers: their summaries and outcomes."""

from typing import Any

import pytest

from pipeline.outcome.summary import Ending, build_summary
from pipeline.recipes import named
from report.outcome import Node, Outcome
from tests.report.known_run import (
    HOSTILE,
    LOGS,
    TRAINING,
    history,
    inspection,
    outcome_of,
    png,
    result_of,
    robustness,
    summary,
    verdict,
)

Known = tuple[dict[str, Any], Outcome]


@pytest.fixture(scope="session")
def full() -> Known:
    """A blessed run that has everything to show."""
    misread = {"ш": 2, "щ": 1}
    return summary(True), outcome_of(
        verdict=verdict(),
        contact_sheet=png(128, 33 * 32),
        duplicates=[{"files": [HOSTILE, "b.png"], "letters": ["а", "б"]}],
        bad_records=[{"line": "17", "file": HOSTILE, "reason": "the file is empty"}],
        drift={"letter": 0.0123},
        history=history(),
        training=TRAINING,
        training_logs=LOGS,
        augmented=png(256, 512),
        test=result_of(misread, baseline=result_of({"ш": 1, "ъ": 3}), settings=named("fast").evaluation),
        inspection=inspection(misread),
        robustness=robustness(),
        graph=[
            Node("LetterExampleGen", (), {"examples": "/out/artifacts/LetterExampleGen/examples/1"}),
            Node("Trainer", ("LetterExampleGen",), {"model": "/out/artifacts/Trainer/model/5"}),
        ],
    )


@pytest.fixture(scope="session")
def stopped() -> Known:
    """A run that the data check stopped."""
    ending = {"problems": ["the data check failed: no photo of ъ"]}
    made = summary(None, **ending) | {"test": None, "train": None, "training_logs": None}
    bad = verdict() | {"passed": False, "problems": ["split test has no photo of ъ; add photos of them"]}
    return made, outcome_of(verdict=bad, contact_sheet=png(128, 33 * 32))


@pytest.fixture(scope="session")
def nothing() -> Known:
    """A run that ended before TFX."""
    ending = Ending("/data", False, problems=["/data: no such folder"])
    return build_summary(named("fast"), ending), Outcome()
