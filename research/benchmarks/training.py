"""One training as the Trainer does it, timed, without the rest of the pipeline."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.logs import set_up_logs
from core.errors import UserError
from pipeline.config import Config
from research.benchmarks.photos import load_splits


@dataclass(frozen=True)
class Training:
    """How a training went.

    Attributes:
        accuracies: On the eval split, after each epoch.
        epoch_seconds: What each epoch took, its evaluation included.
        other_seconds: What all the rest took: drawing generated letters, building the network, saving its state.
    """

    accuracies: Sequence[float]
    epoch_seconds: Sequence[float]
    other_seconds: float

    def ends(self) -> list[float]:
        """Returns the seconds from the start of the training to the end of each epoch.

        All of `other_seconds` counts as spent before the first epoch, so that no end is told too early.
        """
        return [self.other_seconds + sum(self.epoch_seconds[: index + 1]) for index in range(len(self.epoch_seconds))]

    def seconds_to(self, target: float) -> float | None:
        """Returns the seconds to the end of the first epoch that reached an accuracy; None if none did."""
        reached = (end for end, accuracy in zip(self.ends(), self.accuracies, strict=True) if accuracy >= target)
        return next(reached, None)


def timed_training(config: Config, data: Path) -> Training:
    """Trains on a data folder; reading the photos and importing TensorFlow are not counted.

    Raises:
        UserError: If the data cannot be used, or the training diverges.
    """
    set_up_logs(verbose=False)
    try:
        return _train(config, data)
    except UserError as error:
        # Of this class itself: some below it cannot be passed from one process to another.
        raise UserError(str(error)) from None


def _train(config: Config, data: Path) -> Training:
    splits = load_splits(data, config.data)
    # Here, since they import TensorFlow, which must be told of Keras 3 before.
    from components.trainer.history import HISTORY_FILE, MONITOR, read_history
    from components.trainer.run import TrainerConfig, train
    from schema.curated import read_labels

    with tempfile.TemporaryDirectory() as folder:
        state, logs = Path(folder) / "state", Path(folder) / "logs"
        state.mkdir()
        settings = TrainerConfig(
            model=config.model,
            augmentation=config.augmentation,
            train=config.train,
            state_root=folder,
            code_digest="",
        )
        started = time.perf_counter()
        train(settings, splits, read_labels(), state, logs)
        seconds = time.perf_counter() - started
        rows = read_history(state / HISTORY_FILE)
    epoch_seconds = [row["seconds"] for row in rows]
    return Training([row[MONITOR] for row in rows], epoch_seconds, seconds - sum(epoch_seconds))
