"""Re-tests the reference's claims one by one, and writes docs/experiments.md."""

import argparse
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from console.command import command_main
from console.flags import whole_number
from core.files import write_whole
from core.project import ROOT
from research.benchmarks.report import DATA, command, flag, machine
from research.experiments.claims import CLAIMS, Claim, short_recipe
from research.experiments.comparison import Comparison, Trial, append_trial, compare, read_trials

_DOCUMENT = ROOT / "docs" / "experiments.md"
_LEARNT = ROOT / "research" / "experiments" / "learnt.md"
# Of the machine: what does not change from call to call.
_LASTING = ("processor", "cores", "memory")
_HEADER = (
    "| change | seeds | accuracy on eval, % | difference, points | 95 % interval | verdict | minutes |",
    "|---|---|---|---|---|---|---|",
)
_COLOURS = {"better": "#0072b2", "worse": "#d55e00", "no difference shown": "#777777"}


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
    keys = [claim.key(seed, flags.data) for claim in CLAIMS for seed in _seeds(flags.seeds)]
    _write_page([known[key] for key in keys if key in known], flags.document)


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
    write_whole(document, page(comparisons, trials[0].photos, machine(), plot.name, _LEARNT.read_text()))
    print(document)


def page(comparisons: Sequence[Comparison], photos: int, machine: Mapping[str, str], plot: str, learnt: str) -> str:
    """Returns the page as Markdown.

    Args:
        comparisons: Of every claim.
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
        "\n".join([*_HEADER, *map(_row, comparisons)]),
        f"![The differences with their intervals]({plot})",
        learnt.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def _row(comparison: Comparison) -> str:
    claim = comparison.claim
    difference = interval = ""
    if comparison.difference is not None:
        difference = f"{100 * comparison.difference:+.2f} to {claim.against}"
    if comparison.difference is not None and comparison.margin is not None:
        low, high = (100 * (comparison.difference + sign * comparison.margin) for sign in (-1, 1))
        interval = f"{low:+.2f} to {high:+.2f}"
    cells = (
        f"**{claim.name}**: {claim.text}",
        str(len(comparison.accuracies)),
        f"{100 * comparison.mean:.2f} ({', '.join(f'{100 * a:.2f}' for a in comparison.accuracies)})",
        difference,
        interval,
        comparison.verdict,
        f"{comparison.seconds / 60:.1f}",
    )
    return "| " + " | ".join(cells) + " |"


def draw(comparisons: Sequence[Comparison], file: Path) -> None:
    """Writes the plot of all changes that are compared with something, as SVG.

    Args:
        comparisons: Of every claim.
        file: The file to write.
    """
    # Here, since it takes a second: a mistake on the command line is told before.
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    shown = [each for each in comparisons if each.difference is not None][::-1]
    figure = Figure(figsize=(8, 0.45 * len(shown) + 1.2), layout="constrained")
    axes = figure.add_subplot()
    for row, each in enumerate(shown):
        margin = 100 * (each.margin or 0.0)
        colour = _COLOURS[each.verdict or "no difference shown"]
        axes.errorbar(100 * (each.difference or 0.0), row, xerr=margin, fmt="o", color=colour, capsize=4)
    axes.axvline(0, color="#bbbbbb", linewidth=1, zorder=0)
    axes.set_yticks(range(len(shown)), [f"{each.claim.name} (to {each.claim.against})" for each in shown])
    axes.set_xlabel("accuracy on eval: difference in points, 95 % interval")
    # Without the date and the random names that matplotlib puts into an SVG: equal results give equal files.
    with rc_context({"svg.hashsalt": file.stem}):
        figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    sys.exit(command_main(main, "the same command goes on with the next trial"))
