"""How long a recipe takes to the reference's accuracy, and how long the reference's training takes."""

import argparse
import importlib.util
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser, whole_number
from core.errors import UserError
from pipeline.config import Config, with_overrides
from pipeline.local.preflight import check_data
from pipeline.recipes import RECIPES, named
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.report import DEFAULT_OUTPUT, fraction, make_folder, print_table, write_json
from research.benchmarks.training import Training, timed_training
from schema.curated import read_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = dict[str, object]

RESULT_FILE = "time_to_accuracy.json"
PLOT_FILE = "time_to_accuracy.svg"
# What fits a screen; the JSON has the rest.
TABLE_COLUMNS = ("recipe", "what", "seconds", "ratio", "target", "met")
# Of the notebook, on its own test photos.
TARGET = 0.956
LARGEST_RATIO = 0.1


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Trains, writes the JSON and the plot, prints the table, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    config = with_overrides(named(flags.recipe), flags.set)
    _check_plotting()
    check_data(flags.data, config.data, read_labels())
    make_folder(flags.output)
    ours, notebook = measure(config, flags.data, flags.notebook_epochs)
    rows = compare(config.recipe, ours, notebook, flags.target)
    write_json(flags.output / RESULT_FILE, "time to accuracy", [*rows, *epoch_rows(config.recipe, ours, notebook)])
    accuracy_figure(config.recipe, ours, notebook, flags.target).savefig(flags.output / PLOT_FILE)
    shown = [{column: row[column] for column in TABLE_COLUMNS if column in row} for row in rows]
    print_table(f"Time to {100 * flags.target:g} % of the eval split", shown)
    return ExitStatus.DONE


def measure(config: Config, data: Path, notebook_epochs: int) -> tuple[Training, list[Training]]:
    """Trains by our recipe, and some epochs of the notebook's before and after it: a busy machine hits both.

    Args:
        config: Our recipe.
        data: The data folder.
        notebook_epochs: How many epochs of the notebook's each time.

    Returns:
        Our training, and the two of the notebook.

    Raises:
        UserError: If the data cannot be used, or a training diverges.
    """
    # Its learning rate follows the accuracy, so that its first epochs do not depend on how many are planned.
    short = with_overrides(named("notebook"), [f"train.epochs={notebook_epochs}"])
    short = short.model_copy(update={"data": config.data})
    before, ours, after = (in_fresh_process(timed_training, each, data).value for each in (short, config, short))
    return ours, [before, after]


def compare(recipe: str, ours: Training, notebook: Sequence[Training], target: float) -> list[Row]:
    """Returns a row for our recipe and one for the notebook.

    The notebook's whole training is its planned epochs times the median of the measured ones; what it spends
    outside of epochs is left out.
    """
    epochs = named("notebook").train.epochs
    epoch = statistics.median(seconds for part in notebook for seconds in part.epoch_seconds)
    reached = ours.seconds_to(target)
    ratio = None if reached is None else reached / (epochs * epoch)
    first: Row = {
        "recipe": recipe,
        "what": f"to {100 * target:g} % on eval",
        "epochs": len(ours.accuracies) if reached is None else ours.ends().index(reached) + 1,
        "seconds": "not reached" if reached is None else reached,
        "seconds per epoch": statistics.median(ours.epoch_seconds),
        "best accuracy": max(ours.accuracies),
        "ratio": ratio,
        "target": f"at most {LARGEST_RATIO:g}",
        "met": "yes" if ratio is not None and ratio <= LARGEST_RATIO else "no",
    }
    whole: Row = {
        "recipe": "notebook",
        "what": f"{epochs} epochs",
        "epochs": epochs,
        "seconds": epochs * epoch,
        "seconds per epoch": epoch,
    }
    return [first, whole]


def epoch_rows(recipe: str, ours: Training, notebook: Sequence[Training]) -> list[Row]:
    """Returns a row for each epoch that was trained, with the seconds since its training began."""
    parts = [("notebook, before", notebook[0]), (recipe, ours), ("notebook, after", notebook[1])]
    return [
        {"training": name, "epoch": index + 1, "end": end, "seconds": seconds, "accuracy": accuracy}
        for name, part in parts
        for index, (end, seconds, accuracy) in enumerate(
            zip(part.ends(), part.epoch_seconds, part.accuracies, strict=True)
        )
    ]


def accuracy_figure(recipe: str, ours: Training, notebook: list[Training], target: float) -> "Figure":
    """Returns the plot of accuracy against time; it is drawn without a display.

    Args:
        recipe: Its name.
        ours: Its training.
        notebook: The measured parts of the notebook's training; each begins anew.
        target: The accuracy to reach.
    """
    # Here, since a wrong flag should not wait for it.
    from matplotlib.figure import Figure

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


def _check_plotting() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise UserError("matplotlib is not installed; `make setup` installs it")


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="python -m research.benchmarks.time_to_accuracy", description=__doc__, allow_abbrev=False
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="folder with the CSV and the images")
    add("--output", type=Path, metavar="DIR", default=DEFAULT_OUTPUT, help=f"for JSON and plot ({DEFAULT_OUTPUT})")
    add("--recipe", metavar="NAME", default="default", help=f"{', '.join(RECIPES)} (default)")
    add("--set", action="append", default=[], metavar="section.key=value", help="override a setting; repeatable")
    add("--target", type=fraction, metavar="FRACTION", default=TARGET, help=f"accuracy to reach ({TARGET})")
    add("--notebook-epochs", type=whole_number, metavar="N", default=3, help="measured before, and again after (3)")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main))
