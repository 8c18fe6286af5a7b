"""Re-tests the reference's claims one by one, and writes docs/experiments.md."""

import argparse
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser, whole_number
from core.errors import UserError
from core.files import write_whole
from core.project import ROOT
from research.benchmarks.report import machine
from research.experiments.claims import CLAIMS, Claim, short_recipe
from research.experiments.comparison import Trial, append_trial, compare, read_trials
from research.experiments.page import draw, page, read_learnt

_DOCUMENT = ROOT / "docs" / "experiments.md"
_LEARNT = ROOT / "research" / "experiments" / "learnt.md"


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the trials that are missing, and writes the page.

    Args:
        arguments: The words after `python -m research.experiments.ablation`; those of this process by default.

    Returns:
        The exit status.
    """
    options = _parser().parse_args(arguments)
    _run(options)
    return ExitStatus.DONE


def _run(options: argparse.Namespace) -> None:
    missing = missing_trials(chosen(options.only), options.seeds, options.data, read_trials(options.results))
    if missing:
        trial = _trial_runner(options.data)
        for number, (claim, seed) in enumerate(missing, start=1):
            done = trial(claim, seed)
            append_trial(options.results, claim.key(seed, options.data), done)
            print(f"{number}/{len(missing)} {claim.name}, seed {seed}: {done.accuracy:.2%}", flush=True)
    known = read_trials(options.results)
    keys = [claim.key(seed, options.data) for claim in CLAIMS for seed in _seeds(options.seeds)]
    _write_page([known[key] for key in keys if key in known], options.document)


def chosen(names: Sequence[str]) -> tuple[Claim, ...]:
    """Returns the claims of these names, all of them for none.

    Raises:
        UserError: If there is none of that name.
    """
    by_name = {claim.name: claim for claim in CLAIMS}
    for name in names:
        if name not in by_name:
            raise UserError(f"--only {name}: no such change; there are: {', '.join(by_name)}")
    return tuple(by_name[name] for name in names) or CLAIMS


def missing_trials(claims: Sequence[Claim], seeds: int, data: Path, done: Collection[str]) -> list[tuple[Claim, int]]:
    """Returns what is still to be run, seed by seed, so that an unfinished series says a little of every claim.

    Args:
        claims: What is wanted.
        seeds: How many trials of each.
        data: The data folder.
        done: Keys of the trials that have ended.
    """
    wanted = [(claim, seed) for seed in _seeds(seeds) for claim in claims]
    return [(claim, seed) for claim, seed in wanted if claim.key(seed, data) not in done]


def _seeds(count: int) -> range:
    return range(1, count + 1)


def _trial_runner(data: Path) -> Callable[[Claim, int], Trial]:
    # Here, since it imports TensorFlow: mistakes are told before those seconds.
    from research.benchmarks.photos import load_splits

    splits = load_splits(data, short_recipe().data)
    from research.experiments.trial import run_trial

    return lambda claim, seed: run_trial(claim, seed, splits)


def _write_page(trials: Sequence[Trial], document: Path) -> None:
    comparisons = compare(CLAIMS, trials)
    plot = document.with_suffix(".svg")
    document.parent.mkdir(parents=True, exist_ok=True)
    draw(comparisons, plot)
    write_whole(document, page(comparisons, trials[0].photos, machine(), plot.name, read_learnt(_LEARNT)))
    print(document)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m research.experiments.ablation", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="folder with the CSV and the images")
    add("--seeds", type=whole_number, default=3, metavar="N", help="trials of each change (3)")
    add("--only", action="append", default=[], metavar="NAME", help="only this change; repeatable")
    add("--results", type=Path, default=Path("output/experiments.jsonl"), metavar="FILE", help="what is done already")
    add("--document", type=Path, default=_DOCUMENT, metavar="FILE", help="the page to write")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main, "the same command goes on with the next trial"))
