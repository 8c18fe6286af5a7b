"""Re-tests the reference's claims one by one, and writes docs/experiments.md."""

import argparse
import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from console.command import command_main
from console.flags import whole_number
from core.files import write_whole
from core.project import ROOT
from research.benchmarks.report import DATA, command, flag, machine
from research.experiments.claims import CLAIMS, Claim, short_recipe
from research.experiments.comparison import Trial, append_trial, compare, read_trials

_DOCUMENT = ROOT / "docs" / "experiments.md"
_LEARNT = ROOT / "research" / "experiments" / "learnt.md"
# Of the machine: what does not change from call to call.
_LASTING = ("processor", "cores", "memory")
_HEADER = (
    "| change | seeds | accuracy on eval, % | difference, points | 95 % interval | verdict | minutes |",
    "|---|---|---|---|---|---|---|",
)
_COLOURS = {"better": "#0072b2", "worse": "#d55e00"}
_NEUTRAL = "#777777"


@command(
    DATA,
    flag("--seeds", type=whole_number, default=3, metavar="N", help="trials of each change (3)"),
    flag("--results", type=Path, default=Path("output/experiments.jsonl"), metavar="FILE", help="what is done already"),
    flag("--document", type=Path, default=_DOCUMENT, metavar="FILE", help="the page to write"),
)
def main(flags: argparse.Namespace) -> None:
    """Runs the trials that are missing, and writes the page."""
    missing = missing_trials(CLAIMS, flags.seeds, flags.data, read_trials(flags.results))
    if missing:
        trial = _trial_runner(flags.data)
        for number, (claim, seed) in enumerate(missing, start=1):
            done = trial(claim, seed)
            append_trial(flags.results, claim.key(seed, flags.data), done)
            print(f"{number}/{len(missing)} {claim.name}, seed {seed}: {done.accuracy:.2%}", flush=True)
    known = read_trials(flags.results)
    keys = [claim.key(seed, flags.data) for claim in CLAIMS for seed in range(1, flags.seeds + 1)]
    trials = [known[key] for key in keys if key in known]
    comparisons = compare(CLAIMS, trials)
    plot = flags.document.with_suffix(".svg")
    flags.document.parent.mkdir(parents=True, exist_ok=True)
    draw(comparisons, plot)
    write_whole(flags.document, page(comparisons, trials[0].photos, machine(), plot.name, _LEARNT.read_text()))
    print(flags.document)


def missing_trials(claims: Sequence[Claim], seeds: int, data: Path, done: Collection[str]) -> list[tuple[Claim, int]]:
    """Returns the trials of a data folder whose keys are not among those done, as many seeds of each claim as said.

    They go seed by seed, so that an unfinished series says a little of every claim.
    """
    wanted = [(claim, seed) for seed in range(1, seeds + 1) for claim in claims]
    return [(claim, seed) for claim, seed in wanted if claim.key(seed, data) not in done]


def _trial_runner(data: Path) -> Callable[[Claim, int], Trial]:
    # Here, since it imports TensorFlow: mistakes are told before those seconds.
    from research.benchmarks.photos import load_splits

    splits = load_splits(data, short_recipe().data)
    from research.experiments.trial import run_trial

    return lambda claim, seed: run_trial(claim, seed, splits)


def page(comparisons: pd.DataFrame, photos: int, machine: Mapping[str, str], plot: str, learnt: str) -> str:
    """Returns the page as Markdown.

    Args:
        comparisons: As `compare` returns them.
        photos: Number of eval photos.
        machine: What the trials ran on.
        plot: The plot's file, relative to the page.
        learnt: What a person concluded: Markdown, kept in a file of its own.
    """
    parts = [
        "# Experiments: what each part is worth",
        "`python -m research.experiments.ablation` writes this page; what was learnt stands in "
        "`research/experiments/learnt.md`.",
        "Each change is made to the same short recipe (`research/experiments/claims.py`), trained on the train split "
        f"and judged by its last epoch on the {photos} photos of the eval split; the test split is read by none of "
        "them. The intervals are Student's over seeds, with one deviation between seeds for all changes.",
        "Machine: " + ", ".join(f"{key} {value}" for key, value in machine.items() if key in _LASTING) + ".",
        "\n".join([*_HEADER, *map(_row, comparisons.itertuples())]),
        f"![The differences with their intervals]({plot})",
        learnt.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def _row(row: Any) -> str:
    difference, margin = 100 * row.difference, 100 * row.margin
    cells = (
        f"**{row.name}**: {row.text}",
        str(row.seeds),
        f"{100 * row.mean:.2f} ({', '.join(f'{100 * each:.2f}' for each in row.accuracies)})",
        "" if math.isnan(difference) else f"{difference:+.2f} to {row.against}",
        "" if math.isnan(margin) else f"{difference - margin:+.2f} to {difference + margin:+.2f}",
        row.verdict,
        f"{row.seconds / 60:.1f}",
    )
    return "| " + " | ".join(cells) + " |"


def draw(comparisons: pd.DataFrame, file: Path) -> None:
    """Writes the plot of all changes that are compared with something, as SVG."""
    # Here, since it takes a second: a mistake on the command line is told before.
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    shown = comparisons[comparisons["difference"].notna()][::-1]
    figure = Figure(figsize=(8, 0.45 * len(shown) + 1.2), layout="constrained")
    axes = figure.add_subplot()
    rows: list[Any] = list(shown.fillna({"margin": 0.0}).itertuples())
    for row, each in enumerate(rows):
        colour = _COLOURS.get(each.verdict, _NEUTRAL)
        axes.errorbar(100 * each.difference, row, xerr=100 * each.margin, fmt="o", color=colour, capsize=4)
    axes.axvline(0, color="#bbbbbb", linewidth=1, zorder=0)
    axes.set_yticks(range(len(shown)), shown["name"] + " (to " + shown["against"] + ")")
    axes.set_xlabel("accuracy on eval: difference in points, 95 % interval")
    # Without the date and the random names that matplotlib puts into an SVG: equal results give equal files.
    with rc_context({"svg.hashsalt": file.stem}):
        figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    sys.exit(command_main(main, "the same command goes on with the next trial"))
