"""Resuming: a killed training goes on as if it had never stopped, to the last bit of every weight."""

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trainings import ONE_CYCLE, PLATEAU, Killed, Train, weights_of

from components.trainer import resume
from components.trainer.callbacks import HISTORY_FILE
from components.trainer.history import read_history
from components.trainer.run import training_report

SCHEDULES = {"one_cycle": ONE_CYCLE, "plateau": PLATEAU}


def _history(state: Path) -> list[dict[str, Any]]:
    rows = read_history(state / HISTORY_FILE)
    assert all(row.pop("seconds") >= 0 for row in rows)
    return rows


def _assert_same_training(one: tuple[Any, Path], other: tuple[Any, Path]) -> None:
    for ours, theirs in zip(weights_of(one[0]), weights_of(other[0]), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert _history(one[1]) == _history(other[1])


def _best_epoch(state: Path) -> float:
    return training_report(read_history(state / HISTORY_FILE), 0)["best_epoch"]


@pytest.mark.parametrize("kill_at", [(2, 0), (2, 1), (0, 1)], ids=["between-epochs", "in-an-epoch", "in-the-first"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_killed_training_ends_like_an_undisturbed_one(
    schedule: str, kill_at: tuple[int, int], train_tiny: Train, tmp_path: Path
) -> None:
    settings = SCHEDULES[schedule]
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    network = train_tiny(settings, undisturbed)
    with pytest.raises(Killed):
        train_tiny(settings, killed, kill_at=kill_at)
    assert len(_history(killed) if kill_at[0] else []) == kill_at[0]
    resumed = train_tiny(settings, killed)
    _assert_same_training((network, undisturbed), (resumed, killed))
    assert len(_history(killed)) == settings.epochs
    assert _best_epoch(killed) == _best_epoch(undisturbed)


def test_training_may_be_killed_again_and_again(train_tiny: Train, tmp_path: Path) -> None:
    network = train_tiny(ONE_CYCLE, tmp_path / "undisturbed")
    state = tmp_path / "killed"
    for kill_at in ((1, 2), (1, 1), (3, 0)):
        with pytest.raises(Killed):
            train_tiny(ONE_CYCLE, state, kill_at=kill_at)
    _assert_same_training((network, tmp_path / "undisturbed"), (train_tiny(ONE_CYCLE, state), state))


# A rate that moves nothing, so that each epoch is one without improvement.
STILL = PLATEAU.model_copy(update={"learning_rate": 1e-12 + 4e-5, "epochs": 7, "plateau_patience": 2})


def test_plateau_keeps_its_patience_and_its_rate(train_tiny: Train, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        train_tiny(STILL, tmp_path, kill_at=(4, 0))
    before = [row["learning_rate"] for row in _history(tmp_path)]
    train_tiny(STILL, tmp_path)
    rates = [row["learning_rate"] for row in _history(tmp_path)]
    assert rates[:4] == before
    assert len(set(rates)) >= 2
    assert rates == sorted(rates, reverse=True)


def test_early_stopping_counts_the_epochs_before_the_kill(train_tiny: Train, tmp_path: Path) -> None:
    settings = STILL.model_copy(update={"epochs": 30, "early_stopping_patience": 3})
    undisturbed = train_tiny(settings, tmp_path / "undisturbed")
    epochs = len(_history(tmp_path / "undisturbed"))
    assert 4 <= epochs < 30
    state = tmp_path / "killed"
    with pytest.raises(Killed):
        train_tiny(settings, state, kill_at=(epochs - 1, 0))
    _assert_same_training((undisturbed, tmp_path / "undisturbed"), (train_tiny(settings, state), state))


@pytest.mark.parametrize("moment", ["before the renames", "between the renames", "after the renames"])
def test_kill_while_the_state_is_replaced_loses_at_most_an_epoch(
    moment: str, train_tiny: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = train_tiny(ONE_CYCLE, tmp_path / "undisturbed")
    state = tmp_path / "killed"
    calls = {"rename": 0, "rmtree": 0}

    def rename(source: Path, target: Path, real: Any = os.rename) -> None:
        # Epoch 1 renames once; epoch 2 moves the old state away, then the new one into its place.
        calls["rename"] += 1
        if calls["rename"] == {"before the renames": 2, "between the renames": 3}.get(moment):
            raise Killed
        real(source, target)

    def rmtree(path: Path, real: Any = shutil.rmtree, **options: Any) -> None:
        if moment == "after the renames" and calls["rename"] == 3 and path.name == "epoch.old":
            raise Killed
        real(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(resume.os, "rename", rename)
        patch.setattr(resume.shutil, "rmtree", rmtree)
        with pytest.raises(Killed):
            train_tiny(ONE_CYCLE, state)
    left = {path.name for path in state.glob("epoch*")}
    assert (
        left
        == {
            "before the renames": {"epoch", "epoch.new"},
            "between the renames": {"epoch.old", "epoch.new"},
            "after the renames": {"epoch", "epoch.old"},
        }[moment]
    )
    _assert_same_training((network, tmp_path / "undisturbed"), (train_tiny(ONE_CYCLE, state), state))
    assert {path.name for path in state.glob("epoch*")} == {"epoch"}


def test_half_written_state_is_not_taken(train_tiny: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = train_tiny(ONE_CYCLE, tmp_path / "undisturbed")
    state = tmp_path / "killed"

    def savez(file: Path, *arrays: Any) -> None:
        Path(file).write_bytes(b"half")
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(resume.np, "savez", savez)
        with pytest.raises(Killed):
            train_tiny(ONE_CYCLE, state)
    _assert_same_training((network, tmp_path / "undisturbed"), (train_tiny(ONE_CYCLE, state), state))
