"""One run of the pipeline in this leg, told in a line of JSON, for research.benchmarks.legs."""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.command import command_main
from console.exit_status import ExitStatus
from pipeline.config import with_overrides
from pipeline.recipes import named


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs, and prints what it took; the run's own words go to stderr."""
    parser = argparse.ArgumentParser(prog="research.benchmarks.leg_run")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--recipe", default="sample")
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    flags = parser.parse_args(arguments)
    with contextlib.redirect_stdout(sys.stderr):
        taken = figures(import_seconds(), run_once(flags.data, flags.recipe, flags.overrides))
    print(json.dumps(taken))
    return ExitStatus.DONE


def import_seconds() -> float:
    """Returns the seconds that importing the pipeline takes, TFX and all; only the first call says anything."""
    started = time.perf_counter()
    import pipeline.pipeline  # noqa: F401

    return time.perf_counter() - started


def run_once(data: Path, recipe: str, overrides: Sequence[str]) -> dict[str, Any]:
    """Returns the summary of a run in a new folder."""
    # Here, so that its imports are among those that are timed.
    from pipeline.local.run import Request, run

    with tempfile.TemporaryDirectory() as output:
        run(Request(with_overrides(named(recipe), list(overrides)), data.resolve(), Path(output)))
        return json.loads((Path(output) / "summary.json").read_text(encoding="utf-8"))


def figures(imports: float, summary: dict[str, Any]) -> dict[str, Any]:
    """Returns what a leg is compared by.

    Args:
        imports: Seconds of importing the pipeline.
        summary: Of a run in which nothing came from the cache.
    """
    train = summary["train"]
    drawn = summary["data"]["per_split"]["train"] * train["epochs"]
    return {
        "versions": summary["versions"],
        "accuracy": summary["test"]["accuracy"],
        "photos per second of training": drawn / train["seconds"],
        "peak memory, MiB": summary["peak_memory_mib"],
        "seconds": {"imports": imports, **{name: run["seconds"] for name, run in summary["components"].items()}},
    }


if __name__ == "__main__":
    sys.exit(command_main(main))
