"""Several devices train what one device trains, and go on where they were killed."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from components.trainer.dataset import evaluation_batches, training_batches
from components.trainer.history import HISTORY_FILE, read_history
from components.trainer.mixture import mix
from components.trainer.model import MembersCrossentropy, build_model, ensemble_accuracy
from components.trainer.optimizer import build_optimizer
from components.trainer.photos import Splits
from components.trainer.run import train
from tests.components.trainer.device_trainings import MUON, ROUNDING, Trainings, largest_difference
from tests.components.trainer.trainings import LABELS, NETWORK, ONE_CYCLE, config_of
from tests.model_fixtures import random_photos


@pytest.fixture
def trainings(tmp_path: Path) -> Trainings:
    return Trainings(tmp_path)


def test_no_strategy_is_a_plain_keras_training_to_the_bit(tmp_path: Path) -> None:
    config, splits = config_of(ONE_CYCLE), Splits(random_photos(21, 1), random_photos(12, 2))
    ours = train(config, splits, LABELS, tmp_path, tmp_path / "logs").get_weights()
    epochs = len(read_history(tmp_path / HISTORY_FILE))
    best = min(range(epochs), key=lambda epoch: read_history(tmp_path / HISTORY_FILE)[epoch]["val_loss"])
    keras.utils.set_random_seed(config.train.seed)
    plain = build_model(NETWORK, len(LABELS))
    plain.compile(
        optimizer=build_optimizer(config.train, 3),
        loss=MembersCrossentropy(config.train.label_smoothing),
        metrics=[ensemble_accuracy()],
    )
    mixture = mix(splits.train, None, config.train)
    plain.fit(
        training_batches(mixture, config.train, config.augmentation),
        steps_per_epoch=3,
        epochs=best + 1,
        validation_data=evaluation_batches(splits.eval, 8),
        verbose=0,
    )
    assert all(np.array_equal(a, b) for a, b in zip(ours, plain.get_weights(), strict=True))


@pytest.mark.long
def test_two_devices_train_what_one_trains(trainings: Trainings) -> None:
    task = {"augmented": True, "network": {"members": 2}}
    assert trainings.run("one", MUON, **task) == 0, trainings.log("one").read_text()
    assert trainings.run("two", {**MUON, "strategy": "mirrored"}, cpus=2, **task) == 0, trainings.log("two").read_text()
    np.testing.assert_allclose(trainings.history("two"), trainings.history("one"), atol=ROUNDING)
    assert largest_difference(trainings.weights("one"), trainings.weights("two")) < ROUNDING


@pytest.mark.long
def test_batches_that_do_not_divide_train_as_many_steps_within_noise(trainings: Trainings) -> None:
    # 25 photos in batches of 8 leave a batch of one photo, which three devices cannot share.
    assert trainings.run("one", MUON, photos=25) == 0
    assert trainings.run("three", {**MUON, "strategy": "mirrored"}, photos=25, cpus=3) == 0
    one, three = trainings.history("one"), trainings.history("three")
    assert one.shape == three.shape
    assert np.isfinite(three).all()
    # The rates tell of equally many steps; validation is of the same photos, each once.
    np.testing.assert_array_equal(one[:, -1], three[:, -1])
    np.testing.assert_allclose(three[:, 2], one[:, 2], atol=0.1)


@pytest.mark.long
@pytest.mark.parametrize("network", [{"dropout": 0.3}, {"architecture": "notebook"}], ids=["dropout", "notebook"])
def test_killed_training_on_two_devices_ends_as_an_undisturbed_one(
    trainings: Trainings, network: dict[str, Any]
) -> None:
    task = {"cpus": 2, "augmented": True, "network": network}
    settings = {"optimizer": "adamw", "epochs": 3, "learning_rate": 1e-3, "strategy": "mirrored"}
    assert trainings.run("whole", settings, **task) == 0, trainings.log("whole").read_text()
    assert trainings.run("killed", settings, kill=(2, 1), **task) == -9
    assert trainings.run("killed", settings, **task) == 0, trainings.log("killed").read_text()
    np.testing.assert_array_equal(trainings.history("killed"), trainings.history("whole"))
    assert largest_difference(trainings.weights("whole"), trainings.weights("killed")) == 0.0
