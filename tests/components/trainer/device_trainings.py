"""Trainings in processes of their own, since TensorFlow takes its devices once, and what they came to.

Run as a program, it trains what its task says, as JSON from the command line.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from core.project import ROOT

# Of weights up to about 1: sums in another order, 6 steps on.
ROUNDING = 1e-5
_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
MUON = {"optimizer": "muon", "epochs": 2}


class Trainings:
    """Trainings, all in one folder."""

    def __init__(self, folder: Path):
        self._folder = folder

    def run(self, name: str, settings: dict[str, Any], **task: Any) -> int:
        """Trains under a name (see `main` for the task) and returns the exit status."""
        own = {**task, "settings": settings, "folder": str(self._folder / name), "weights": str(self._file(name))}
        with self.log(name).open("w") as log:
            return subprocess.run(
                [sys.executable, "-m", "tests.components.trainer.device_trainings", json.dumps(own)],
                check=False,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
                timeout=240,
            ).returncode

    def weights(self, name: str) -> list[np.ndarray]:
        with np.load(self._file(name)) as arrays:
            return [arrays[f"arr_{index}"] for index in range(len(arrays.files))]

    def history(self, name: str) -> np.ndarray:
        # Here: this file must not import Keras before `main` chooses its version.
        from components.trainer.state import HISTORY_FILE, read_history

        return np.array(
            [[row[m] for m in _METRICS] for row in read_history(self._folder / name / "state" / HISTORY_FILE)]
        )

    def log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.npz"


def largest_difference(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))


def main(task: dict[str, Any]) -> None:
    """Trains on noise, and writes the weights.

    Args:
        task: `settings` (changes of `trainings.ONE_CYCLE`), `network` (of `trainings.NETWORK`), `folder` for state and
            logs, `weights` (the file to write), `cpus` (logical devices), `photos`, `augmented`, and, as `kill`, before
            which epoch's batch the process kills itself.
    """
    from console.command import use_keras_3

    use_keras_3()
    import tensorflow as tf

    from components.settings import AugmentationSettings
    from components.trainer import run
    from components.trainer.photos import Splits
    from tests.components.trainer.trainings import LABELS, NETWORK, ONE_CYCLE, KillAt, config_of
    from tests.model_fixtures import random_photos

    devices = [tf.config.LogicalDeviceConfiguration()] * task.get("cpus", 1)
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], devices)
    config = config_of(ONE_CYCLE.model_copy(update=task["settings"]))
    changes: dict[str, Any] = {"model": NETWORK.model_copy(update={"dropout": 0.0, **task.get("network", {})})}
    if not task.get("augmented"):
        changes["augmentation"] = AugmentationSettings()
    if "kill" in task:
        build = run.build_callbacks

        class Suicide(KillAt):
            def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
                if (self._epoch, batch) == self._at:
                    os.kill(os.getpid(), signal.SIGKILL)

        def killing(*arguments: Any) -> Any:
            callbacks, resume = build(*arguments)
            return [*callbacks, Suicide(*task["kill"])], resume

        run.build_callbacks = killing
    splits = Splits(random_photos(task.get("photos", 24), 1), random_photos(13, 2))
    state = Path(task["folder"]) / "state"
    state.mkdir(parents=True, exist_ok=True)
    network = run.train(config.model_copy(update=changes), splits, LABELS, state, Path(task["folder"]) / "logs")
    np.savez(task["weights"], *network.get_weights())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
