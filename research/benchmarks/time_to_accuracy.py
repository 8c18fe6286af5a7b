"""How long a recipe takes to the reference's accuracy, and how long the reference's training takes."""

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from console.command import command_main
from console.flags import whole_number
from core.errors import UserError
from pipeline.config import Config, with_overrides
from pipeline.local.preflight import check_data
from pipeline.recipes import RECIPES, named
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.photos import load_splits
from research.benchmarks.report import DATA, OVERRIDES, Results, Row, benchmark, flag
from schema.curated import read_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What fits a screen; the JSON has the rest.
TABLE_COLUMNS = ("recipe", "what", "seconds", "ratio", "target", "met")
# Of the notebook, on its own test photos.
TARGET = 0.956
_TARGET_TEXT = f"{100 * TARGET:g} %"
LARGEST_RATIO = 0.1


def timed_training(config: Config, data: Path) -> pd.DataFrame:
    """Trains as the Trainer does, without the rest of the pipeline, and returns what `epochs_of` makes of it.

    Reading the photos and importing TensorFlow are not counted.

    Raises:
        UserError: If the data cannot be used, or the training diverges.
    """
    splits = load_splits(data, config.data)
    # Here, since they import TensorFlow, which must be told of Keras 3 before.
    from components.trainer.run import TrainerConfig, train
    from components.trainer.state import HISTORY_FILE, MONITOR, read_history

    with tempfile.TemporaryDirectory() as folder:
        state, logs = Path(folder) / "state", Path(folder) / "logs"
        state.mkdir()
        parts = {key: getattr(config, key) for key in ("model", "augmentation", "train")}
        settings = TrainerConfig(**parts, state_root=folder, code_digest="")
        started = time.perf_counter()
        train(settings, splits, read_labels(), state, logs)
        seconds = time.perf_counter() - started
        rows = read_history(state / HISTORY_FILE)
    return epochs_of([row[MONITOR] for row in rows], [row["seconds"] for row in rows], seconds)


def epochs_of(accuracies: Sequence[float], seconds: Sequence[float], whole: float) -> pd.DataFrame:
    """Returns how a training of `whole` seconds went, a row for each epoch; an epoch's include its evaluation.

    Returns:
        `epoch` from 1, `end` in seconds since the training began, `seconds`, `accuracy`. What was spent outside of
        epochs counts as spent before the first, so that no end is told too early.
    """
    epochs = pd.DataFrame({"seconds": seconds, "accuracy": accuracies})
    epochs.insert(0, "end", whole - epochs["seconds"].sum() + epochs["seconds"].cumsum())
    epochs.insert(0, "epoch", range(1, len(epochs) + 1))
    return epochs


@benchmark(
    DATA,
    flag("--recipe", metavar="NAME", default="default", help=f"{', '.join(RECIPES)} (default)"),
    OVERRIDES,
    flag("--notebook-epochs", type=whole_number, metavar="N", default=3, help="measured before, and again after (3)"),
)
def main(flags: argparse.Namespace) -> Results:
    """Trains, compares, and draws the plot."""
    config = with_overrides(named(flags.recipe), flags.set)
    _check_plotting()
    check_data([flags.data], config.data, read_labels())
    ours, notebook = measure(config, flags.data, flags.notebook_epochs)
    rows = compare(config.recipe, ours, notebook)
    accuracy_figure(config.recipe, ours, notebook).savefig(flags.output / "time_to_accuracy.svg")
    shown = [{column: row[column] for column in TABLE_COLUMNS if column in row} for row in rows]
    everything = [*rows, *epoch_rows(config.recipe, ours, notebook)]
    return Results(everything, {f"Time to {_TARGET_TEXT} of the eval split": shown})


def measure(config: Config, data: Path, notebook_epochs: int) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Trains by our recipe, and some epochs of the notebook's before and after it: a busy machine hits both.

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


def compare(recipe: str, ours: pd.DataFrame, notebook: Sequence[pd.DataFrame]) -> list[Row]:
    """Returns a row for our recipe and one for the notebook, of what `measure` returned.

    The notebook's whole training is its planned epochs times the median of the measured ones; what it spends
    outside of epochs is left out.
    """
    epochs = named("notebook").train.epochs
    epoch = float(pd.concat(notebook)["seconds"].median())
    reached = ours[ours["accuracy"] >= TARGET]
    seconds = float(reached["end"].iloc[0]) if len(reached) else None
    ratio = None if seconds is None else seconds / (epochs * epoch)
    first: Row = {
        "recipe": recipe,
        "what": f"to {_TARGET_TEXT} on eval",
        "epochs": int((reached if len(reached) else ours[::-1])["epoch"].iloc[0]),
        "seconds": "not reached" if seconds is None else seconds,
        "seconds per epoch": float(ours["seconds"].median()),
        "best accuracy": float(ours["accuracy"].max()),
        "ratio": ratio,
        "target": f"at most {LARGEST_RATIO:g}",
        "met": "yes" if ratio is not None and ratio <= LARGEST_RATIO else "no",
    }
    whole: Row = {"recipe": "notebook", "what": f"{epochs} epochs", "epochs": epochs, "seconds": epochs * epoch}
    return [first, {**whole, "seconds per epoch": epoch}]


def epoch_rows(recipe: str, ours: pd.DataFrame, notebook: Sequence[pd.DataFrame]) -> list[Row]:
    """Returns a row for each epoch that was trained, with the training's name."""
    before, after = notebook
    parts = pd.concat({"notebook, before": before, recipe: ours, "notebook, after": after}, names=["training"])
    rows: list[Any] = parts.reset_index("training").to_dict("records")
    return rows


def accuracy_figure(recipe: str, ours: pd.DataFrame, notebook: Sequence[pd.DataFrame]) -> "Figure":
    """Returns the plot of accuracy against time; the measured parts of the notebook's training each begin anew."""
    # Here, since a wrong flag should not wait for it.
    from matplotlib.figure import Figure

    # Not through pyplot, which keeps every figure and looks for a display.
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(ours["end"], ours["accuracy"], marker=".", label=f"{recipe}, whole training")
    for index, part in enumerate(notebook):
        label = f"notebook, first {len(part)} epochs" if index == 0 else None
        axes.plot(part["end"], part["accuracy"], marker=".", color="tab:orange", label=label)
    axes.axhline(TARGET, color="tab:grey", linestyle="--", label=f"target {_TARGET_TEXT}")
    axes.set_xlabel("seconds of training")
    axes.set_ylabel("accuracy on the eval split")
    axes.legend(loc="lower right")
    return figure


def _check_plotting() -> None:
    if importlib.util.find_spec("matplotlib") is None:
        raise UserError("matplotlib is not installed; `make setup` installs it")


if __name__ == "__main__":
    sys.exit(command_main(main))
