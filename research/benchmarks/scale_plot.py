"""The plot of the data path's speed and memory against the number of photos."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

_PANELS = ("processor ms per photo", "peak MiB")


def scale_figure(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Returns the plot, a line for each step and engine; it is drawn without a display.

    Args:
        rows: As `research.benchmarks.scale` makes them, each line's in the order of their photos.
    """
    # Not through pyplot, which keeps every figure and looks for a display.
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    for axes, column in zip(figure.subplots(1, len(_PANELS)), _PANELS, strict=True):
        for step, engine in dict.fromkeys((row["step"], row["engine"]) for row in rows):
            line = [row for row in rows if (row["step"], row["engine"]) == (step, engine)]
            numbers = [row["photos"] for row in line]
            axes.plot(numbers, [row[column] for row in line], marker="o", label=f"{step}, {engine}")
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("photos")
        axes.set_ylabel(column)
    axes.legend(loc="upper left")
    return figure
