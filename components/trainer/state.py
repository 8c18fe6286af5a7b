"""What a training keeps on the disk while it goes on, so that a killed one ends as if it had never stopped.

Keras's own callbacks for this are not enough: BackupAndRestore saves no callback's state, so early stopping, the best
value and the plateau schedule would begin anew; ModelCheckpoint writes HDF5 in place, so a killed run leaves a part of
the file, and where the disk is full the HDF5 library ends the process by a segmentation fault.
"""

import hashlib
import io
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from components.settings import Settings
from components.trainer.photos import Splits
from core.files import write_whole
from core.labels import Labels

HISTORY_FILE = "history.csv"
REPORT_FILE = "training.json"

# Of the eval split: the metric that exists in every Keras is val_accuracy.
MONITOR = "val_accuracy"
# What the best epoch has least of. Accuracy moves by whole photos: its luckiest epoch often comes before the network
# has settled.
BEST = "val_loss"

# Photos at a time: they may lie in a file that is larger than the memory.
_PIECE = 1024
# What each callback must remember from one epoch to the next: names of public attributes, Keras's but the first.
_REMEMBERED = {
    "BestWeights": ("best",),
    "EarlyStopping": ("best", "best_epoch", "wait"),
    "ReduceLROnPlateau": ("best", "cooldown_counter", "wait"),
}


def state_key(splits: Splits, labels: Labels, config: Settings) -> str:
    """Returns a hex SHA-256 of everything that decides how a training goes: equal data, settings and code.

    TFX gives a re-run a new folder, so the state must lie under a name that does not depend on it.
    """
    settings = config.model_dump(mode="json", exclude={"state_root"})
    digest = hashlib.sha256(json.dumps([settings, labels]).encode())
    for photos in (splits.train, splits.eval):
        for start in range(0, len(photos), _PIECE):
            digest.update(photos.pixels[start : start + _PIECE].tobytes())
        for part in (photos.targets, photos.backgrounds, photos.sources):
            digest.update(b"" if part is None else part.tobytes())
    return digest.hexdigest()


class BestWeights(keras.callbacks.Callback):
    """Writes the weights after each epoch that has less of a metric than all before; `best` is the least so far."""

    def __init__(self, file: Path, monitor: str):
        """Takes where the weights are written (`write_variables`), and the metric."""
        super().__init__()
        self.best: float | None = None
        self._file = file
        self._monitor = monitor

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the weights if they are the best; the first epoch's are, whatever the metric."""
        value = float((logs or {})[self._monitor])
        if self.best is None or value < self.best:
            write_variables(self._file, self.model.weights)
            self.best = value


class Resume(keras.callbacks.Callback):
    """Saves the state of a training before every epoch but the first, and restores it when training begins.

    It must come last in the list of callbacks, since the others forget their state when training begins.
    """

    def __init__(self, file: Path, callbacks: Sequence[keras.callbacks.Callback]):
        """Takes the file that keeps the state, and the callbacks whose state belongs to it."""
        super().__init__()
        self._file = file
        self._callbacks = {type(each).__name__: each for each in callbacks if type(each).__name__ in _REMEMBERED}

    @property
    def first_epoch(self) -> int:
        """The epoch to begin with: zero where no state was saved."""
        return int(self._read()["epoch"]) if self._file.exists() else 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Restores what was saved."""
        if not self._file.exists():
            return
        read_variables(self._file, self._variables())
        for name, remembered in self._read()["callbacks"].items():
            vars(self._callbacks[name]).update(remembered)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves the state in which `epoch` begins, in place of an earlier one."""
        if epoch == 0:
            return
        callbacks = {
            name: {attribute: getattr(callback, attribute) for attribute in _REMEMBERED[name]}
            for name, callback in self._callbacks.items()
        }
        # Some of Keras's values are NumPy's.
        state = json.dumps({"epoch": epoch, "callbacks": callbacks}, default=lambda value: value.item())
        write_variables(self._file, self._variables(), state=state)

    def _variables(self) -> list[keras.Variable]:
        # `variables`, unlike `weights`, includes the state of dropout's random numbers.
        return [*self.model.variables, *self.model.optimizer.variables]

    def _read(self) -> dict[str, Any]:
        with np.load(self._file, allow_pickle=False) as arrays:
            state: dict[str, Any] = json.loads(arrays["state"].item())
        return state


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


def write_variables(file: Path, variables: Sequence[keras.Variable], **texts: str) -> None:
    """Writes the values of variables, and texts, as NumPy's npz, in place of an earlier file.

    The file is whole or absent, also where a run is killed or the disk is full.
    """
    arrays = io.BytesIO()
    # In memory first: where the disk is full, a ZipFile that was left open complains once more as it is deleted.
    np.savez(arrays, *[keras.ops.convert_to_numpy(variable) for variable in variables], **texts)
    write_whole(file, arrays.getvalue())


def read_variables(file: Path, variables: Sequence[keras.Variable]) -> None:
    """Assigns to variables what `write_variables` wrote, in the same order."""
    with np.load(file, allow_pickle=False) as arrays:
        for index, variable in enumerate(variables):
            variable.assign(arrays[f"arr_{index}"])
