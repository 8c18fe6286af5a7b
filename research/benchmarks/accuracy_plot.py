"""The plot of accuracy against time: our recipe, the notebook's measured epochs, and the target."""

from pathlib import Path

from matplotlib.figure import Figure

from research.benchmarks.training import Training


def accuracy_figure(recipe: str, ours: Training, notebook: list[Training], target: float) -> Figure:
    """Returns the plot; it is drawn without a display.

    Args:
        recipe: Its name.
        ours: Its training.
        notebook: The measured parts of the notebook's training; each begins anew.
        target: The accuracy to reach.
    """
    # Not through pyplot, which keeps every figure and looks for a display.
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(ours.ends(), ours.accuracies, marker=".", label=f"{recipe}, whole training")
    for index, part in enumerate(notebook):
        label = f"notebook, first {len(part.accuracies)} epochs" if index == 0 else None
        axes.plot(part.ends(), part.accuracies, marker=".", color="tab:orange", label=label)
    axes.axhline(target, color="tab:grey", linestyle="--", label=f"target {100 * target:g} %")
    axes.set_xlabel("seconds of training")
    axes.set_ylabel("accuracy on the eval split")
    axes.legend(loc="lower right")
    return figure


def write_figure(figure: Figure, path: Path) -> None:
    """Writes a figure in the format of the file's ending."""
    figure.savefig(path)
