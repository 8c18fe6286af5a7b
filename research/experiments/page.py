"""Renders the comparisons as the page docs/experiments.md, with its plot."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from research.experiments.comparison import Comparison

# Of the machine: what does not change from call to call.
_LASTING = ("processor", "cores", "memory")
_HEADER = (
    "| change | seeds | accuracy on eval, % | difference, points | 95 % interval | verdict | minutes |",
    "|---|---|---|---|---|---|---|",
)


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


def read_learnt(file: Path) -> str:
    """Returns what a person wrote into a file, nothing where it is missing."""
    return file.read_text() if file.exists() else ""


_COLOURS = {"better": "#0072b2", "worse": "#d55e00", "no difference shown": "#777777"}


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
