"""Trainings on several devices or by several workers, each in a process of its own, and what they came to."""

from pathlib import Path
from typing import Any

import numpy as np

from components.trainer.callbacks import HISTORY_FILE
from components.trainer.history import read_history
from tests.components.trainer.device_process import cluster, start, wait_for

# Of weights up to about 1: sums in another order, 6 steps on.
ROUNDING = 1e-5
_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
MUON = {"optimizer": "muon", "epochs": 2}


class Trainings:
    """Trainings in processes of their own, all in one folder."""

    def __init__(self, folder: Path):
        self._folder = folder

    def run(self, name: str, settings: dict[str, Any], workers: int = 0, **task: Any) -> list[int]:
        """Trains under a name; workers share its folder, and a kill is the last one's. Returns exit statuses."""
        configs = cluster(workers)
        processes = []
        for index in range(max(workers, 1)):
            own = {
                **task,
                "settings": settings,
                "folder": str(self._folder / name),
                "weights": str(self._file(name, index)),
            }
            if index + 1 < workers:
                own = {key: value for key, value in own.items() if key not in ("kill", "kill_at")}
            environment = {"TF_CONFIG": configs[index]} if workers else {}
            processes.append(start(own, self.log(name, index), **environment))
        return wait_for(processes)

    def weights(self, name: str, worker: int = 0) -> list[np.ndarray]:
        with np.load(self._file(name, worker)) as arrays:
            return [arrays[f"arr_{index}"] for index in range(len(arrays.files))]

    def history(self, name: str) -> np.ndarray:
        return np.array(
            [[row[m] for m in _METRICS] for row in read_history(self._folder / name / "state" / HISTORY_FILE)]
        )

    def log(self, name: str, worker: int = 0) -> Path:
        return self._folder / f"{name}-{worker}.log"

    def _file(self, name: str, worker: int) -> Path:
        return self._folder / f"{name}-{worker}.npz"


def largest_difference(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))
