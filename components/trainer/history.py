"""The history of a training, one CSV row per epoch, which survives a killed run; and what a summary says of it."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from core.files import write_whole

HISTORY_FILE = "history.csv"
REPORT_FILE = "training.json"

# Of the eval split: the metric that exists in every Keras is val_accuracy.
MONITOR = "val_accuracy"
# What the best epoch has least of. Accuracy moves by whole photos: its luckiest epoch often comes before the network
# has settled.
BEST = "val_loss"


class History(keras.callbacks.Callback):
    """Appends each epoch's metrics, learning rate and seconds to a CSV.

    Keras's CSVLogger appends too, but keeps rows of epochs that a resumed training repeats.
    """

    def __init__(self, file: Path):
        """Takes the CSV's path."""
        super().__init__()
        self._file = file
        self._started = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Starts the epoch's clock."""
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the row of `epoch`, in place of any that an interrupted run left for it or for later ones."""
        row = {
            "epoch": epoch,
            **{name: float(value) for name, value in (logs or {}).items()},
            "learning_rate": float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)),
            "seconds": time.monotonic() - self._started,
        }
        rows = [kept for kept in read_history(self._file) if kept["epoch"] < epoch]
        write_whole(self._file, pd.DataFrame([*rows, row]).to_csv(index=False))


def read_history(file: Path) -> list[dict[str, Any]]:
    """Returns the rows of a history, none where there is no file."""
    if not file.exists():
        return []
    # pandas' fast parser may miss the last bit.
    rows = pd.read_csv(file, float_precision="round_trip").to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def training_report(
    history: Sequence[dict[str, Any]], parameters: int, temperature: float, in_file: bool
) -> dict[str, float | int]:
    """Returns what a summary says of a training.

    Args:
        history: A row per epoch, as `read_history` returns it.
        parameters: Number of the network's parameters.
        temperature: What the logits were divided by.
        in_file: Whether the photos to train on were too many for memory.

    Returns:
        `seconds` of all epochs, `epochs`, `best_epoch` (from 1; the first of equals, as the checkpoint keeps it),
        `parameters`, `temperature` and `photos_in_file`.
    """
    return {
        "seconds": round(sum(row["seconds"] for row in history), 1),
        "epochs": len(history),
        "best_epoch": history.index(best_row(history)) + 1,
        "parameters": parameters,
        "temperature": round(temperature, 3),
        "photos_in_file": in_file,
    }


def best_row(history: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Returns the row of the epoch whose weights were kept: the first of equals."""
    return min(history, key=lambda row: row[BEST])
