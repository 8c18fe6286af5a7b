"""Runs the whole pipeline small: few generated letters, a network of a few hundred parameters, two epochs."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.config import Config, with_overrides
from pipeline.local.run import run
from pipeline.recipes import sample

# With thirds, 16 photos of each letter leave each of the three splits two of every letter at least.
PER_LETTER = 16
TINY = (
    "data.train_share=1",
    "data.eval_share=1",
    "data.test_share=1",
    "model.stem_width=4",
    "model.stage_widths=4,8",
    "train.epochs=2",
    "evaluation.min_accuracy=0",
    "evaluation.min_letter_accuracy=0",
    "evaluation.max_accuracy_drop=1",
    "evaluation.robustness_photos=0",
)


@dataclass(frozen=True)
class Result:
    """What a run came to: its exit status, its summary, and the components that really ran."""

    status: int
    summary: dict[str, Any]

    @property
    def ran(self) -> set[str]:
        return {name for name, run in self.summary["components"].items() if not run["cached"]}


def tiny_config(*overrides: str) -> Config:
    return with_overrides(sample(), [*TINY, *overrides])


def tiny_flags(data: Path, output: Path, *overrides: str) -> list[str]:
    """Returns the command line of `local_runner.py` that asks for the same as `run_tiny`."""
    settings = [word for setting in (*TINY, *overrides) for word in ("--set", setting)]
    return ["--data", str(data), "--output", str(output), "--recipe", "sample", *settings]


def run_tiny(data: Path, output: Path, *overrides: str) -> Result:
    status = run(tiny_config(*overrides), [data], output)
    return Result(status, json.loads((output / "summary.json").read_text()))
