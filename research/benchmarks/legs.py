r"""What TFX 1.21 costs or gains beside TFX 1.16, run in turn on the same machine.

A leg is given as NAME=COMMAND, where COMMAND starts its Python in the project's folder:

    python -m research.benchmarks.legs --data DIR --leg "1.16=.venv/bin/python" \
      --leg "1.21=scripts/in_trixie.sh .venv/bin/python"
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from console.command import ExitStatus, command_main
from console.flags import whole_number
from core.errors import UserError
from core.project import ROOT
from research.benchmarks.report import OVERRIDES, Results, Row, benchmark, flag

Figures = dict[str, float]


@benchmark(
    flag("--data", type=Path, required=True, help="a data folder, where every leg can read it"),
    flag("--leg", action="append", required=True, metavar="NAME=COMMAND", help="a leg's Python"),
    flag("--recipe", default="sample"),
    OVERRIDES,
    flag("--rounds", type=whole_number, default=3, help="runs of each leg (default: 3)"),
)
def main(flags: argparse.Namespace) -> Results:
    """Runs the legs in turn, and compares their medians."""
    run = ["local_runner.py", "--data", str(flags.data.resolve()), "--recipe", flags.recipe]
    words = [*run, *(part for each in flags.set for part in ("--set", each))]
    taken = measure(dict(parsed_leg(leg) for leg in flags.leg), words, flags.rounds)
    rows = compared(taken)
    return Results([*rows, {"runs": taken}], {f"Medians of {flags.rounds} runs of each leg, in turn": rows})


def parsed_leg(text: str) -> tuple[str, list[str]]:
    """Returns a leg's name and the words of its command.

    Raises:
        UserError: If it is not of the form NAME=COMMAND.
    """
    name, equals, command = text.partition("=")
    if not (name and equals and command.strip()):
        raise UserError(f"--leg {text!r}: not NAME=COMMAND, such as 1.16=.venv/bin/python")
    return name, shlex.split(command)


def measure(legs: Mapping[str, Sequence[str]], words: Sequence[str], rounds: int) -> dict[str, list[Figures]]:
    """Returns what each run of each leg, by its name, took; they take turns, so that a busy minute strikes both.

    The words of a leg's command are followed by what its Python is to run, but for the output folder.

    Raises:
        UserError: If a run fails.
    """
    taken: dict[str, list[Figures]] = {name: [] for name in legs}
    for number in range(rounds):
        for name, command in legs.items():
            print(f"Round {number + 1} of {rounds}: {name} ...", file=sys.stderr)
            taken[name].append(_run([*command, *words]))
    return taken


def compared(taken: Mapping[str, Sequence[Figures]]) -> list[Row]:
    """Returns a row for each figure with every leg's median, and the last leg's ratio to the first."""
    medians = pd.DataFrame({name: pd.DataFrame(runs).median() for name, runs in taken.items()})
    rows: list[Row] = []
    for figure, values in zip(medians.index, medians.to_numpy().tolist(), strict=True):
        ratio = values[-1] / values[0] if values[0] else None
        rows.append({"figure": figure, **dict(zip(taken, values, strict=True)), "ratio": ratio})
    return rows


def figures(summary: Mapping[str, Any], seconds: float) -> Figures:
    """Returns what a leg is compared by, from `summary.json` of a run in which nothing came from the cache.

    The seconds are what the whole command took.
    """
    train, components = summary["train"], summary["components"]
    drawn = summary["data"]["per_split"]["train"] * train["epochs"]
    taken = {f"{name}, s": run["seconds"] for name, run in components.items()}
    inside = sum(taken.values())
    return {
        "accuracy": summary["test"]["accuracy"],
        "photos per second of training": drawn / train["seconds"],
        "peak memory, MiB": summary["peak_memory_mib"],
        **taken,
        "all components, s": inside,
        "imports and the rest, s": seconds - inside,
    }


def _run(command: Sequence[str]) -> Figures:
    with tempfile.TemporaryDirectory() as output:
        started = time.perf_counter()
        done = subprocess.run([*command, "--output", output], cwd=ROOT, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - started
        # A model that is not blessed has been timed like another.
        if done.returncode not in (ExitStatus.DONE, ExitStatus.NOT_BLESSED):
            said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
            raise UserError(f"{shlex.join(command)}: ended with {done.returncode}: {said}")
        return figures(json.loads((Path(output) / "summary.json").read_text(encoding="utf-8")), seconds)


if __name__ == "__main__":
    sys.exit(command_main(main))
