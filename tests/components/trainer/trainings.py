"""Tiny trainings, which a test may kill in their middle."""

from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import pytest

from components.settings import AugmentationSettings, ModelSettings, TrainSettings
from components.trainer import run
from components.trainer.photos import Splits
from components.trainer.run import TrainerConfig, train
from schema.curated import read_labels
from tests.model_fixtures import random_photos

LABELS = read_labels()

ONE_CYCLE = TrainSettings(epochs=4, batch_size=8, optimizer="adamw", learning_rate=0.02, schedule="one_cycle", seed=1)
PLATEAU = TrainSettings(
    epochs=4, batch_size=8, optimizer="rmsprop", learning_rate=1e-3, schedule="plateau", plateau_patience=1, seed=1
)
NETWORK = ModelSettings(stem_width=4, stage_widths=(4, 8), dropout=0.3)
AUGMENTATION = AugmentationSettings(rotation_degrees=10.0, shift=0.1, ink_gain=0.3, permute_channels=True)


class Killed(BaseException):
    """Stands for a SIGKILL: nothing of ours may catch it."""


class KillAt(keras.callbacks.Callback):
    """Kills the training before a batch of an epoch."""

    def __init__(self, epoch: int, batch: int):
        super().__init__()
        self._at = (epoch, batch)
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if (self._epoch, batch) == self._at:
            raise Killed


class Train(Protocol):
    """Trains on noise in a state folder, with `kill_at=(epoch, batch)` up to there only."""

    def __call__(
        self, settings: TrainSettings, state: Path, *, kill_at: tuple[int, int] | None = None
    ) -> keras.Model: ...


def config_of(settings: TrainSettings) -> TrainerConfig:
    return TrainerConfig(
        model=NETWORK, augmentation=AUGMENTATION, train=settings, state_root="unused", code_digest="unused"
    )


def tiny_training(monkeypatch: pytest.MonkeyPatch, logs: Path) -> Train:
    splits = Splits(random_photos(21, 1), random_photos(12, 2))

    def run_training(settings: TrainSettings, state: Path, *, kill_at: tuple[int, int] | None = None) -> keras.Model:
        def build(*arguments: Any, real: Any = run.build_callbacks) -> Any:
            callbacks, resume = real(*arguments)
            return [*callbacks, KillAt(*kill_at)] if kill_at else callbacks, resume

        state.mkdir(parents=True, exist_ok=True)
        with monkeypatch.context() as patch:
            patch.setattr(run, "build_callbacks", build)
            return train(config_of(settings), splits, LABELS, state, logs)

    return run_training


def weights_of(network: keras.Model) -> list[np.ndarray]:
    return [np.array(weight) for weight in network.get_weights()]
