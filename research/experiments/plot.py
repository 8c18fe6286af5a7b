"""Draws the comparisons: a difference with its interval for each change."""

from collections.abc import Sequence
from pathlib import Path

from research.experiments.comparison import Comparison

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
