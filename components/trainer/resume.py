"""Resuming: the whole state of a training, saved after every epoch, so that a killed run goes on from there.

Keras's BackupAndRestore saves the model and the epoch but no callback's state: early stopping, the best value and
the plateau schedule would begin anew.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np

from components.trainer.arrays import read_variables, write_variables

_ARRAYS_FILE = "state.npz"
_JSON_FILE = "state.json"
# What each callback must remember from one epoch to the next: names of public attributes, Keras's but the first.
_CALLBACK_STATE = {
    "BestWeights": ("best",),
    "EarlyStopping": ("best", "best_epoch", "wait"),
    "ReduceLROnPlateau": ("best", "cooldown_counter", "wait"),
}


class Resume(keras.callbacks.Callback):
    """Saves the state of a training before every epoch but the first, and restores it when training begins.

    It must come last in the list of callbacks, since the others forget their state when training begins.
    """

    def __init__(self, folder: Path, callbacks: list[keras.callbacks.Callback]):
        """Takes the folder that keeps the state, and the callbacks whose state belongs to it."""
        super().__init__()
        self._folder = folder
        self._callbacks = [c for c in callbacks if type(c).__name__ in _CALLBACK_STATE]

    @property
    def first_epoch(self) -> int:
        """The epoch to begin with: zero where no state was saved."""
        return int(_read_json(self._folder)["epoch"]) if self._saved() else 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Restores what was saved."""
        if not self._saved():
            return
        read_variables(self._folder / _ARRAYS_FILE, self._variables())
        saved = _read_json(self._folder)["callbacks"]
        for callback in self._callbacks:
            vars(callback).update(saved[type(callback).__name__])

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Saves the state in which `epoch` begins: a complete new state takes the old one's place."""
        if epoch == 0:
            return
        fresh = self._folder.with_name(self._folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        _write_state(fresh, epoch, self._variables(), self._callback_state())
        _replace(fresh, self._folder)

    def _saved(self) -> bool:
        _finish_replacing(self._folder)
        return (self._folder / _JSON_FILE).exists()

    def _variables(self) -> list[keras.Variable]:
        # `variables`, unlike `weights`, includes the state of dropout's random numbers.
        return [*self.model.variables, *self.model.optimizer.variables]

    def _callback_state(self) -> dict[str, dict[str, Any]]:
        return {
            type(callback).__name__: {
                name: _plain(getattr(callback, name)) for name in _CALLBACK_STATE[type(callback).__name__]
            }
            for callback in self._callbacks
        }


def _write_state(folder: Path, epoch: int, variables: list[keras.Variable], callbacks: dict[str, Any]) -> None:
    write_variables(folder / _ARRAYS_FILE, variables)
    (folder / _JSON_FILE).write_text(json.dumps({"epoch": epoch, "callbacks": callbacks}))


def _replace(fresh: Path, folder: Path) -> None:
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.rename(folder, old)
    os.rename(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def _finish_replacing(folder: Path) -> None:
    """Puts the old state back where a run was killed between the two renames."""
    old = folder.with_name(folder.name + ".old")
    if old.exists() and not folder.exists():
        os.rename(old, folder)


def _read_json(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((folder / _JSON_FILE).read_text())
    return state


def _plain(value: Any) -> float | int | None:
    return None if value is None else value.item() if isinstance(value, np.generic) else value
