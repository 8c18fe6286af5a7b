"""The state of a training comes back whole after a kill, and with it the best weights and the history."""

import dataclasses
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from components.trainer.photos import Splits
from components.trainer.state import (
    BestWeights,
    History,
    Resume,
    read_history,
    read_variables,
    state_key,
    training_report,
    write_variables,
)
from tests.components.trainer.trainings import LABELS, ONE_CYCLE, Killed, config_of
from tests.model_fixtures import random_photos


class _Training:
    """Just enough of a training to save and restore its state."""

    def __init__(self, file: Path):
        self.model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dropout(0.5)])
        self.model.compile(keras.optimizers.Adam(0.1), "mse")
        self.model.optimizer.build(self.model.trainable_variables)
        self.stopping = keras.callbacks.EarlyStopping(patience=9)
        self.stopping.on_train_begin()
        self.resume = Resume(file, [self.stopping])
        self.resume.set_model(self.model)

    def save(self, epoch: int) -> None:
        self.stopping.wait = epoch
        self.model.layers[0].bias.assign([epoch] * 3)
        self.resume.on_epoch_begin(epoch)

    def restored(self) -> tuple[int, int, float]:
        self.resume.on_train_begin()
        return self.resume.first_epoch, self.stopping.wait, float(self.model.layers[0].bias[0])


def test_state_comes_back_in_another_process_s_objects(tmp_path: Path) -> None:
    _Training(tmp_path / "epoch.npz").save(5)
    fresh = _Training(tmp_path / "epoch.npz")
    assert fresh.resume.first_epoch == 5
    assert fresh.restored() == (5, 5, 5.0)


def test_without_a_state_training_begins_at_the_first_epoch(tmp_path: Path) -> None:
    training = _Training(tmp_path / "epoch.npz")
    training.resume.on_epoch_begin(0)
    assert training.restored()[0] == 0
    assert not list(tmp_path.iterdir())


def _kill(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.mark.parametrize(
    "function", [(np, "savez"), (Path, "write_bytes"), (Path, "replace")], ids=lambda pair: pair[1]
)
def test_kill_while_the_state_is_replaced_leaves_the_old_one(
    function: tuple[Any, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "epoch.npz"
    _Training(file).save(1)
    with monkeypatch.context() as patch:
        patch.setattr(*function, _kill)
        with pytest.raises(Killed):
            _Training(file).save(2)
    again = _Training(file)
    assert again.restored() == (1, 1, 1.0)
    again.save(3)
    assert _Training(file).restored() == (3, 3, 3.0)
    assert [path.name for path in tmp_path.iterdir()] == ["epoch.npz"]


@pytest.fixture
def network() -> keras.Model:
    layers = [keras.Input((3,)), keras.layers.Dense(4), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
    return keras.Sequential(layers)


def set_all(network: keras.Model, value: float) -> None:
    for weight in network.weights:
        weight.assign(np.full(weight.shape, value))


def kept_after(network: keras.Model, file: Path, losses: list[float]) -> float:
    """Returns the number of the epoch whose weights are in the file, where each epoch's weights are its number."""
    callback = BestWeights(file, "val_loss")
    callback.set_model(network)
    for epoch, loss in enumerate(losses):
        set_all(network, epoch)
        callback.on_epoch_end(epoch, {"val_loss": loss})
    set_all(network, -1)
    read_variables(file, network.weights)
    values = {float(value) for weight in network.weights for value in np.ravel(weight)}
    assert len(values) == 1
    return values.pop()


@pytest.mark.parametrize(
    ("losses", "best"),
    [([3, 2, 1], 2), ([1, 2, 3], 0), ([2, 1, 1], 1), ([math.nan], 0), ([2, math.nan, 1], 2), ([math.inf, 5], 1)],
)
def test_weights_of_the_best_epoch_are_kept(
    losses: list[float], best: int, network: keras.Model, tmp_path: Path
) -> None:
    assert kept_after(network, tmp_path / "best.npz", losses) == best
    assert [path.name for path in tmp_path.iterdir()] == ["best.npz"]


def test_every_bit_comes_back(network: keras.Model, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for weight in network.weights:
        weight.assign(random.standard_normal(weight.shape).astype(np.float32) / 3)
    before = network.get_weights()
    write_variables(tmp_path / "all.npz", network.weights)
    set_all(network, 0)
    read_variables(tmp_path / "all.npz", network.weights)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True))


def test_earlier_file_stays_where_the_new_one_cannot_be_written(
    network: keras.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "best.npz"
    assert kept_after(network, file, [1]) == 0
    before = file.read_bytes()

    def cut(path: Path, content: bytes) -> None:
        with path.open("wb") as opened:
            opened.write(content[:100])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", cut)
    with pytest.raises(OSError, match="No space left"):
        kept_after(network, file, [0.5])
    assert file.read_bytes() == before


def _key(**changes: Any) -> str:
    parts = {
        "train": random_photos(4, 1),
        "eval": random_photos(4, 2),
        "labels": LABELS,
        "config": config_of(ONE_CYCLE),
    }
    parts |= changes
    return state_key(Splits(parts["train"], parts["eval"]), parts["labels"], parts["config"])


def test_state_key_is_the_same_for_the_same_training_wherever_it_keeps_its_state() -> None:
    assert _key() == _key(config=config_of(ONE_CYCLE).model_copy(update={"state_root": "/moved/resume"}))


@pytest.mark.parametrize(
    "change",
    [
        {"train": random_photos(4, 3)},
        {"eval": random_photos(4, 3)},
        {"labels": LABELS[::-1]},
        {"config": config_of(ONE_CYCLE.model_copy(update={"seed": 9}))},
        {"config": config_of(ONE_CYCLE).model_copy(update={"code_digest": "changed"})},
    ],
    ids=["train", "eval", "labels", "settings", "code"],
)
def test_state_key_changes_with_data_settings_and_code(change: dict[str, Any]) -> None:
    assert _key(**change) != _key()


def test_state_key_changes_with_the_papers_since_they_decide_the_order() -> None:
    photos = random_photos(4, 1)
    assert _key(train=dataclasses.replace(photos, backgrounds=photos.backgrounds + 1)) != _key()


@pytest.fixture
def history(tmp_path: Path) -> History:
    callback = History(tmp_path / "history.csv")
    callback.set_model(SimpleNamespace(optimizer=keras.optimizers.SGD(0.25)))
    return callback


def _write(history: History, epoch: int, **logs: float) -> None:
    history.on_epoch_begin(epoch)
    history.on_epoch_end(epoch, logs)


def _rows(tmp_path: Path) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "seconds"} for row in read_history(tmp_path / "history.csv")]


def test_each_epoch_is_a_row_with_metrics_rate_and_seconds(history: History, tmp_path: Path) -> None:
    _write(history, 0, loss=2.5, val_accuracy=0.1)
    _write(history, 1, loss=1.5, val_accuracy=0.2)
    assert _rows(tmp_path) == [
        {"epoch": 0, "loss": 2.5, "val_accuracy": 0.1, "learning_rate": 0.25},
        {"epoch": 1, "loss": 1.5, "val_accuracy": 0.2, "learning_rate": 0.25},
    ]
    assert all(row["seconds"] >= 0 for row in read_history(tmp_path / "history.csv"))


def test_repeated_epoch_takes_the_place_of_its_row_and_of_later_ones(history: History, tmp_path: Path) -> None:
    for epoch in range(4):
        _write(history, epoch, loss=float(epoch))
    _write(history, 1, loss=9.0)
    assert [(row["epoch"], row["loss"]) for row in _rows(tmp_path)] == [(0, 0.0), (1, 9.0)]


def test_numbers_come_back_to_the_last_bit(history: History, tmp_path: Path) -> None:
    _write(history, 0, loss=0.1 + 0.2)
    _write(history, 1, loss=1.0 / 3.0)
    assert [row["loss"] for row in _rows(tmp_path)] == [0.1 + 0.2, 1.0 / 3.0]


def test_no_file_is_no_epochs(tmp_path: Path) -> None:
    assert read_history(tmp_path / "history.csv") == []


def _losses(*losses: float) -> list[dict[str, float]]:
    return [{"epoch": i, "val_loss": loss, "seconds": 1.26} for i, loss in enumerate(losses)]


@pytest.mark.parametrize(("losses", "best"), [((0.9, 0.5, 0.7), 2), ((0.5, 0.5, 0.6), 1), ((0.2,), 1)])
def test_report_names_the_first_of_the_best_epochs(losses: tuple[float, ...], best: int) -> None:
    assert training_report(_losses(*losses), 438_017, 0.6004, True) == {
        "seconds": round(1.26 * len(losses), 1),
        "epochs": len(losses),
        "best_epoch": best,
        "parameters": 438_017,
        "temperature": 0.6,
        "photos_in_file": True,
    }
