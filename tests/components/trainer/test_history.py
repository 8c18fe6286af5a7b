"""The history: one row per epoch, whatever an interrupted run left behind, and what is told of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from components.trainer.history import History, read_history, training_report


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
