"""Runs to report on, made of known numbers."""

from pathlib import Path

import pytest

from pipeline.outcome.summary import Ending, build_summary
from pipeline.recipes import named
from report.sources import Drift, Node, Sources
from tests.report.known_run import HOSTILE, history, inspection, png, result_of, summary, verdict


@pytest.fixture(scope="session")
def full() -> Sources:
    """A blessed run that has everything to show."""
    misread = {"ш": 2, "щ": 1}
    return Sources(
        summary=summary(True),
        verdict=verdict(),
        contact_sheet=png(128, 33 * 32),
        duplicates=[{"files": [HOSTILE, "b.png"], "letters": ["а", "б"]}],
        bad_records=[{"line": "17", "file": HOSTILE, "reason": "the file is empty"}],
        drift=[Drift("letter", 0.0123)],
        history=history(),
        augmented=png(256, 512),
        test=result_of(misread),
        baseline=result_of({"ш": 1, "ъ": 3}),
        inspection=inspection(misread),
        graph=[
            Node("LetterExampleGen", (), {"examples": "/out/artifacts/LetterExampleGen/examples/1"}),
            Node("Trainer", ("LetterExampleGen",), {"model": "/out/artifacts/Trainer/model/5"}),
        ],
    )


@pytest.fixture(scope="session")
def stopped() -> Sources:
    """A run that the data check stopped."""
    ending = {"problems": ["the data check failed: no photo of ъ"]}
    made = summary(None, **ending) | {"test": None, "train": None, "training_logs": None}
    bad = verdict() | {"passed": False, "problems": ["split test has no photo of ъ; add photos of them"]}
    return Sources(summary=made, verdict=bad, contact_sheet=png(128, 33 * 32))


@pytest.fixture(scope="session")
def nothing() -> Sources:
    """A run that ended before TFX."""
    ending = Ending(Path("/data"), False, problems=["/data: no such folder"])
    return Sources(summary=build_summary(named("fast"), ending))
