"""Two processes on the loopback interface train together: one writes, and a lost one is told of."""

from pathlib import Path

import numpy as np
import pytest

from tests.components.trainer.device_trainings import MUON, ROUNDING, Trainings, largest_difference

_WORKERS = {**MUON, "strategy": "multi_worker"}


@pytest.mark.long
def test_two_workers_train_what_one_process_trains(tmp_path: Path) -> None:
    trainings = Trainings(tmp_path)
    assert trainings.run("one", MUON, augmented=True) == [0], trainings.log("one").read_text()
    assert trainings.run("two", _WORKERS, workers=2, augmented=True) == [0, 0], trainings.log("two").read_text()
    np.testing.assert_allclose(trainings.history("two"), trainings.history("one"), atol=ROUNDING)
    assert largest_difference(trainings.weights("one"), trainings.weights("two")) < ROUNDING
    assert largest_difference(trainings.weights("two", 0), trainings.weights("two", 1)) == 0.0
    # The chief alone wrote, and nobody else's files are left there.
    assert len(list((tmp_path / "two" / "logs" / "train").glob("events.out.tfevents*"))) == 1


@pytest.mark.long
@pytest.mark.parametrize("function", ["check_agreement", "build_model"])
def test_worker_lost_before_the_first_step_ends_the_other_in_one_line(function: str, tmp_path: Path) -> None:
    trainings = Trainings(tmp_path)
    assert trainings.run("lost", _WORKERS, workers=2, kill_at=function) == [1, -9]
    assert_lost(trainings)


def assert_lost(trainings: Trainings) -> None:
    log = trainings.log("lost").read_text(errors="replace")
    assert "UserError: train.strategy=multi_worker: another worker is gone; start all of them again" in log
    assert "Traceback" not in log


@pytest.mark.long
def test_lost_worker_ends_the_other_in_one_line_and_both_go_on_later(tmp_path: Path) -> None:
    trainings = Trainings(tmp_path)
    settings = {**_WORKERS, "epochs": 3}
    assert trainings.run("whole", settings, workers=2) == [0, 0], trainings.log("whole").read_text()
    assert trainings.run("lost", settings, workers=2, kill=(2, 1)) == [1, -9]
    assert_lost(trainings)
    assert trainings.run("lost", settings, workers=2) == [0, 0], trainings.log("lost").read_text()
    np.testing.assert_array_equal(trainings.history("lost"), trainings.history("whole"))
    assert largest_difference(trainings.weights("whole"), trainings.weights("lost")) == 0.0
