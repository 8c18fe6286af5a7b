"""`python -m research.fuzz`: fuzzes all targets, says what that came to, and ends with 1 where anything crashed."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from console.command import command_main
from console.exit_status import ExitStatus
from console.flags import OneLineParser, whole_number
from research.fuzz.campaign import MODULES, PYTHON, ROOT, Outcome, fuzz, repeat_command

_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Fuzzes, prints a line for each target, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    if not PYTHON.exists():
        print(f"fuzz: {PYTHON} is missing; make it with scripts/set_up_fuzz.sh", file=sys.stderr)
        return ExitStatus.USER_ERROR
    crashed = False
    try:
        for outcome in fuzz(MODULES, flags.seconds, flags.folder):
            print(describe(outcome), flush=True)
            crashed |= outcome.crashed
    except KeyboardInterrupt:
        print("fuzz: interrupted; the inputs found so far are kept", file=sys.stderr)
        return _INTERRUPTED
    return ExitStatus.FAILED if crashed else ExitStatus.DONE


def describe(outcome: Outcome) -> str:
    """Returns a line on a target, and below it what crashed and how to repeat it."""
    found = outcome.figures
    line = (
        f"{outcome.module}: {found.executions:,} executions, {found.edges:,} edges, {found.corpus:,} inputs kept, "
        f"at most {found.peak_mb} MB: {'CRASHED' if outcome.crashed else 'no crash'}"
    )
    if not outcome.crashed:
        return line
    again = [f"  repeat it with: {repeat_command(outcome.module, find)}" for find in outcome.finds]
    return "\n".join([line, *again, f"  exit status {outcome.status}; {outcome.log}:", outcome.words])


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m research.fuzz", description="Fuzzes what reads files that strangers made.")
    parser.add_argument(
        "--seconds",
        type=partial(whole_number, least=len(MODULES)),
        default=1800,
        metavar="N",
        help="for all targets together",
    )
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "output" / "fuzz", metavar="DIR", help="where inputs and finds are kept"
    )
    return parser


if __name__ == "__main__":
    sys.exit(command_main(lambda: main(sys.argv[1:])))
