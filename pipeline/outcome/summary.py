"""What a run came to, as the content of `summary.json`. Imports nothing heavy: a run may end before TFX is there."""

import importlib.metadata
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from console.memory import peak_memory_mib
from pipeline.code_version import code_version
from pipeline.config import Config
from pipeline.fingerprints import LIBRARIES
from pipeline.local.progress import ComponentRun


@dataclass(frozen=True)
class Findings:
    """What a run's artifacts say; None for whatever the run did not come to.

    Attributes:
        verdict: The data check's (components/data_check/verdict.py).
        dropped: Number of bad records that were dropped.
        training: Trainer's report (`training_report`).
        training_logs: TensorBoard's folder.
        test: Figures of the test split (`test_figures`).
        blessed: Whether the Evaluator blessed the model.
        reasons: Why it did not.
        pushed_model: The pushed version's folder.
    """

    verdict: Mapping[str, Any] | None = None
    dropped: int | None = None
    training: Mapping[str, Any] | None = None
    training_logs: str | None = None
    test: Mapping[str, Any] | None = None
    blessed: bool | None = None
    reasons: tuple[str, ...] = ()
    pushed_model: str | None = None


@dataclass
class Ending:
    """How a run ended.

    Attributes:
        data: The data folder, or its URI.
        generated: Whether the data are the generated sample.
        started: When the run began, with its time zone.
        began: The same by a clock that nobody puts back, in seconds.
        run: TFX's name of the run; None where TFX was not reached.
        problems: Why the run did not come to its end, in words.
        components: How each component went.
        findings: What the artifacts say.
        code: The commit that runs (pipeline/code_version.py), read when the run begins: the files may change meanwhile.
    """

    data: Path | str
    generated: bool
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    began: float = field(default_factory=time.monotonic)
    run: str | None = None
    problems: list[str] = field(default_factory=list)
    components: Mapping[str, ComponentRun] = field(default_factory=dict)
    findings: Findings = Findings()
    code: Mapping[str, Any] = field(default_factory=code_version)


def build_summary(config: Config, ending: Ending) -> dict[str, Any]:
    """Returns the summary of a run, with null for whatever it did not come to."""
    findings = ending.findings
    return {
        "run": ending.run,
        "started": ending.started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - ending.began, 1),
        "data": _data_summary(ending),
        "test": findings.test,
        "blessed": findings.blessed,
        "reasons": [*ending.problems, *findings.reasons],
        "pushed_model": findings.pushed_model,
        "recipe": config.recipe,
        "config_sha256": config.sha256(),
        "config": config.model_dump(mode="json"),
        "train": findings.training,
        "training_logs": findings.training_logs,
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


def _data_summary(ending: Ending) -> dict[str, Any]:
    verdict = ending.findings.verdict or {}
    return {
        "folder": str(ending.data),
        "generated": ending.generated,
        "per_split": verdict.get("per_split"),
        "per_letter": verdict.get("per_letter"),
        "per_background": verdict.get("per_background"),
        "dropped": ending.findings.dropped,
    }
