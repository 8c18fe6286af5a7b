"""Training: seeded, resumed to the bit, kept at its best epoch, honest when it diverges; on devices as on one."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tfx.components.trainer.fn_args_utils import DataAccessor, FnArgs
from tfx.components.util import tfxio_utils

from components.settings import TrainSettings
from components.trainer.dataset import evaluation_batches, training_batches
from components.trainer.model import MembersCrossentropy, build_model, ensemble_accuracy
from components.trainer.optimizer import build_optimizer
from components.trainer.photos import Splits, mix
from components.trainer.run import run_fn, train
from components.trainer.state import HISTORY_FILE, REPORT_FILE, read_history
from core.errors import UserError
from schema.curated import CURATED_SCHEMA
from tests.components.trainer.device_trainings import MUON, ROUNDING, Trainings, largest_difference
from tests.components.trainer.trainings import (
    LABELS,
    NETWORK,
    ONE_CYCLE,
    PLATEAU,
    Killed,
    Train,
    config_of,
    weights_of,
)
from tests.model_fixtures import Transformed, random_photos

SHORT = ONE_CYCLE.model_copy(update={"epochs": 1})


def test_another_seed_makes_other_weights(train_tiny: Train, tmp_path: Path) -> None:
    # That the same one makes the same, the killed trainings below say.
    ours, other = (train_tiny(SHORT.model_copy(update={"seed": seed}), tmp_path / str(seed)) for seed in (1, 2))
    assert not np.array_equal(weights_of(ours)[0], weights_of(other)[0])


# Stops early: the rate is too low for val_accuracy to rise, and is halved after each epoch.
STILL = PLATEAU.model_copy(update={"learning_rate": 4e-5, "epochs": 30, "early_stopping_patience": 3})


def _train_with_kills(train: Train, settings: TrainSettings, state: Path, kills: list[tuple[int, int]]) -> Any:
    for kill_at in kills:
        with pytest.raises(Killed):
            train(settings, state, kill_at=kill_at)
        assert [row["epoch"] for row in read_history(state / HISTORY_FILE)] == list(range(kill_at[0]))
    return train(settings, state)


def _history(state: Path) -> list[dict[str, Any]]:
    rows = read_history(state / HISTORY_FILE)
    assert all(row.pop("seconds") >= 0 for row in rows)
    return rows


@pytest.mark.parametrize(
    ("settings", "kills"),
    [(ONE_CYCLE, [(0, 1), (2, 2)]), (STILL, [(3, 0)])],
    ids=["one cycle", "plateau and early stopping"],
)
def test_killed_training_ends_like_an_undisturbed_one(
    settings: TrainSettings, kills: list[tuple[int, int]], train_tiny: Train, tmp_path: Path
) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    expected = train_tiny(settings, undisturbed)
    network = _train_with_kills(train_tiny, settings, killed, kills)
    for ours, theirs in zip(weights_of(network), weights_of(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    rows = _history(killed)
    assert rows == _history(undisturbed)
    # Patience is counted over the kill, and so is what lowers the rate.
    if settings is STILL:
        accuracies = [row["val_accuracy"] for row in rows]
        assert len(rows) == accuracies.index(max(accuracies)) + 1 + STILL.early_stopping_patience
        assert rows[-1]["learning_rate"] < rows[0]["learning_rate"]


def test_network_of_the_best_epoch_is_returned(tmp_path: Path) -> None:
    photos = random_photos(24, 1)
    settings = ONE_CYCLE.model_copy(update={"epochs": 5, "label_smoothing": 0.0})
    network = train(config_of(settings), Splits(photos, photos), LABELS, tmp_path, tmp_path / "logs")
    history = read_history(tmp_path / HISTORY_FILE)
    best = min(row["val_loss"] for row in history)
    loss, _ = network.evaluate(evaluation_batches(photos, 8), verbose=0)
    assert loss == pytest.approx(best)
    assert len(history) == 5


def test_other_labels_make_another_network(tmp_path: Path) -> None:
    photos = random_photos(12, 1, classes=3)
    network = train(config_of(SHORT), Splits(photos, photos), ("а", "бб", "8"), tmp_path, tmp_path / "logs")
    assert network.output_shape == (None, 1, 3)


def test_diverged_training_says_what_to_do(train_tiny: Train, tmp_path: Path) -> None:
    settings = ONE_CYCLE.model_copy(update={"learning_rate": 1e30, "epochs": 2})
    with pytest.raises(UserError, match=r"diverged .*lower train\.learning_rate"):
        train_tiny(settings, tmp_path)


def _fn_args(transformed: Transformed, folder: Path) -> FnArgs:
    factory = tfxio_utils.get_tf_dataset_factory_from_artifact([transformed.examples], ["test"])
    split = folder / "Split-train"
    # What an engine left of a first attempt.
    (split / "beam-temp-data_tfrecord-1f2e").mkdir(parents=True)
    for path in Path(transformed.examples.uri, "Split-train").glob("*.gz"):
        (split / path.name).symlink_to(path)
    files = [f"{split}/*"]
    # Photos are kept in a file, beside the state, which must go as well.
    config = config_of(SHORT.model_copy(update={"batch_size": 64, "memory_mib": 0}))
    return FnArgs(
        train_files=files,
        eval_files=files,
        data_accessor=DataAccessor(factory, None, None),
        transform_output=transformed.graph,
        schema_path=str(CURATED_SCHEMA),
        serving_model_dir=str(folder / "model" / "Format-Serving"),
        model_run_dir=str(folder / "model_run"),
        custom_config={**config.model_dump(mode="json"), "state_root": str(folder / "state")},
    )


def test_run_fn_leaves_model_report_and_history_and_no_state(transformed: Transformed, tmp_path: Path) -> None:
    run_fn(_fn_args(transformed, tmp_path))
    report = json.loads((tmp_path / "model_run" / REPORT_FILE).read_text())
    assert report["epochs"] == report["best_epoch"] == 1
    assert report["parameters"] > 0
    assert report["photos_in_file"] is True
    (row,) = read_history(tmp_path / "model_run" / HISTORY_FILE)
    assert {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"} <= set(row)
    assert list((tmp_path / "model_run").rglob("events.out.tfevents*"))
    assert list((tmp_path / "state").iterdir()) == []
    assert "serving_default" in tf.saved_model.load(str(tmp_path / "model" / "Format-Serving")).signatures


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
