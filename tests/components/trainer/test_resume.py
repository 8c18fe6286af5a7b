"""Resuming: a killed training goes on as if it had never stopped, to the last bit of every weight."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from components.settings import TrainSettings
from components.trainer import resume
from components.trainer.callbacks import HISTORY_FILE
from components.trainer.history import read_history
from components.trainer.resume import Resume
from components.trainer.run import training_report
from tests.components.trainer.trainings import ONE_CYCLE, PLATEAU, Killed, Train, weights_of

# Stops early: the rate is too low for val_accuracy to rise, and is halved after each epoch.
STILL = PLATEAU.model_copy(update={"learning_rate": 4e-5, "epochs": 30, "early_stopping_patience": 3})
KILLS = {
    "one_cycle": (ONE_CYCLE, [(0, 1), (2, 0), (2, 2)]),
    "plateau": (PLATEAU, [(2, 0)]),
    "early-stopping": (STILL, [(3, 1)]),
}


def _history(state: Path) -> list[dict[str, Any]]:
    rows = read_history(state / HISTORY_FILE)
    assert all(row.pop("seconds") >= 0 for row in rows)
    return rows


def _best_epoch(state: Path) -> float:
    return training_report(read_history(state / HISTORY_FILE), 0, 1.0, False)["best_epoch"]


def _train_with_kills(train: Train, settings: TrainSettings, state: Path, kills: list[tuple[int, int]]) -> Any:
    for kill_at in kills:
        with pytest.raises(Killed):
            train(settings, state, kill_at=kill_at)
        assert [row["epoch"] for row in read_history(state / HISTORY_FILE)] == list(range(kill_at[0]))
    return train(settings, state)


@pytest.mark.parametrize("case", KILLS)
def test_killed_training_ends_like_an_undisturbed_one(case: str, train_tiny: Train, tmp_path: Path) -> None:
    settings, kills = KILLS[case]
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    expected = train_tiny(settings, undisturbed)
    network = _train_with_kills(train_tiny, settings, killed, kills)
    for ours, theirs in zip(weights_of(network), weights_of(expected), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert _history(killed) == _history(undisturbed)
    assert _best_epoch(killed) == _best_epoch(undisturbed)


def test_patience_is_counted_over_the_kill(train_tiny: Train, tmp_path: Path) -> None:
    _train_with_kills(train_tiny, STILL, tmp_path, [(3, 0)])
    rows = _history(tmp_path)
    accuracies = [row["val_accuracy"] for row in rows]
    assert len(rows) == accuracies.index(max(accuracies)) + 1 + STILL.early_stopping_patience
    assert rows[-1]["learning_rate"] < rows[0]["learning_rate"]


class _Training:
    """Just enough of a training to save and restore its state."""

    def __init__(self, folder: Path):
        self.model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dropout(0.5)])
        self.model.compile(keras.optimizers.Adam(0.1), "mse")
        self.model.optimizer.build(self.model.trainable_variables)
        self.stopping = keras.callbacks.EarlyStopping(patience=9)
        self.stopping.on_train_begin()
        self.resume = Resume(folder, [self.stopping])
        self.resume.set_model(self.model)

    def save(self, epoch: int) -> None:
        self.stopping.wait = epoch
        self.model.layers[0].bias.assign([epoch] * 3)
        self.resume.on_epoch_begin(epoch)

    def restored(self) -> tuple[int, int, float]:
        self.resume.on_train_begin()
        return self.resume.first_epoch, self.stopping.wait, float(self.model.layers[0].bias[0])


def test_state_comes_back_in_another_process_s_objects(tmp_path: Path) -> None:
    _Training(tmp_path / "state" / "epoch").save(5)
    fresh = _Training(tmp_path / "state" / "epoch")
    assert fresh.resume.first_epoch == 5
    assert fresh.restored() == (5, 5, 5.0)


def test_without_a_state_training_begins_at_the_first_epoch(tmp_path: Path) -> None:
    training = _Training(tmp_path / "epoch")
    training.resume.on_epoch_begin(0)
    assert training.restored()[0] == 0
    assert not list(tmp_path.iterdir())


def _kill_on(call: int, real: Callable[..., Any]) -> Callable[..., Any]:
    calls = iter(range(1, 100))

    def killed(*arguments: Any, **options: Any) -> Any:
        if next(calls) == call:
            raise Killed
        return real(*arguments, **options)

    return killed


@pytest.mark.parametrize(
    ("function", "call", "outcome"),
    [
        ((resume.np, "savez"), 1, ({"epoch", "epoch.new"}, 1)),
        ((resume.json, "dumps"), 1, ({"epoch", "epoch.new"}, 1)),
        ((os, "rename"), 1, ({"epoch", "epoch.new"}, 1)),
        ((os, "rename"), 2, ({"epoch.old", "epoch.new"}, 1)),
        ((shutil, "rmtree"), 3, ({"epoch", "epoch.old"}, 2)),
    ],
    ids=["arrays", "json", "before-renames", "between-renames", "after-renames"],
)
def test_kill_while_the_state_is_replaced_leaves_a_whole_one(
    function: tuple[Any, str],
    call: int,
    outcome: tuple[set[str], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, epoch = outcome
    folder = tmp_path / "epoch"
    _Training(folder).save(1)
    with monkeypatch.context() as patch:
        patch.setattr(*function, _kill_on(call, getattr(*function)))
        with pytest.raises(Killed):
            _Training(folder).save(2)
    assert {path.name for path in tmp_path.iterdir()} == left
    again = _Training(folder)
    assert again.restored() == (epoch, epoch, float(epoch))
    again.save(3)
    assert _Training(folder).restored() == (3, 3, 3.0)
    assert {path.name for path in tmp_path.iterdir()} == {"epoch"}
