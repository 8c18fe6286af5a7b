"""Keeps the weights of a training's best epoch."""

from pathlib import Path
from typing import Any

import keras

from components.trainer.arrays import write_variables


class BestWeights(keras.callbacks.Callback):
    """Writes the weights after each epoch that has less of a metric than all before; `best` is the least so far.

    Keras's ModelCheckpoint writes HDF5 in place: a killed run leaves a part of the file, and where the disk is full the
    HDF5 library ends the process by a segmentation fault.
    """

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
