"""What a run came to, as the content of `summary.json`. Imports nothing heavy: a run may end before TFX is there."""

from __future__ import annotations

import importlib.metadata
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from console.shortage import peak_memory_mib
from core.columns import slice_columns
from core.files import shown_place
from pipeline.config import Config
from pipeline.fingerprints import LIBRARIES, code_version
from pipeline.local.progress import ComponentRun
from report.outcome import Outcome

if TYPE_CHECKING:
    from components.test_result import TestResult


@dataclass
class Ending:
    """How a run ended.

    Attributes:
        data: The data folders, paths or URIs, as `core.files.as_place` has them.
        generated: Whether the data are the generated sample.
        started: When the run began, with its time zone.
        began: The same by a clock that nobody puts back, in seconds.
        run: TFX's name of the run; None where TFX was not reached.
        problems: Why the run did not come to its end, in words.
        components: How each component went.
        outcome: What the artifacts say.
        code: The commit that runs (pipeline/fingerprints.py), read when the run begins: the files may change meanwhile.
    """

    data: str
    generated: bool
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    began: float = field(default_factory=time.monotonic)
    run: str | None = None
    problems: list[str] = field(default_factory=list)
    components: Mapping[str, ComponentRun] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)
    code: Mapping[str, Any] = field(default_factory=code_version)


def build_summary(config: Config, ending: Ending) -> dict[str, Any]:
    """Returns the summary of a run, with null for whatever it did not come to."""
    figures = figures_of(ending.outcome)
    return {
        "run": ending.run,
        "started": ending.started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - ending.began, 1),
        "data": {"folder": shown_place(ending.data), "generated": ending.generated, **figures.pop("data")},
        **figures,
        "reasons": [*ending.problems, *figures["reasons"]],
        "recipe": config.recipe,
        "config_sha256": config.sha256(),
        "config": config.model_dump(mode="json"),
        "components": {name: asdict(run) for name, run in ending.components.items()},
        # The peak is measured anew for each component.
        "peak_memory_mib": max([peak_memory_mib(), *(run.peak_memory_mib for run in ending.components.values())]),
        "versions": versions(),
        "code": dict(ending.code),
    }


def versions() -> dict[str, str]:
    """Returns the versions of Python and of the libraries that decide a result."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"python": python, **{name: importlib.metadata.version(name) for name in LIBRARIES}}


def figures_of(outcome: Outcome) -> dict[str, Any]:
    """Returns what a summary tells of the artifacts; accuracies are fractions."""
    verdict = outcome.verdict or {}
    counts = ("per_split", "per_letter", *(f"per_{column.name}" for column in slice_columns()))
    return {
        "data": {**{name: verdict.get(name) for name in counts}, "dropped": outcome.dropped},
        "test": _test_figures(outcome.test) if outcome.test else None,
        "robustness": {
            each.change: {"accuracy": each.accuracy, "sure_and_wrong": each.sure_and_wrong, "photos": each.photos}
            for each in outcome.robustness
        },
        "blessed": outcome.blessed,
        "reasons": outcome.reasons,
        "pushed_model": outcome.pushed_model,
        "train": outcome.training,
        "training_logs": outcome.training_logs,
    }


def _test_figures(test: TestResult) -> dict[str, Any]:
    return {
        "accuracy": test.overall.value,
        "photos": test.overall.photos,
        "interval_95": list(test.overall.interval_95()),
        "per_letter": {letter: each.value for letter, each in test.per_letter.items()},
        **{
            f"per_{column.name}": {name: each.value for name, each in test.per_value(column).items()}
            for column in slice_columns()
        },
    }
