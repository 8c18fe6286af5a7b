"""The stand-ins hold out what they say, and both networks get the same time."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from components.settings import ModelSettings, TrainSettings
from components.trainer.model import build_model
from components.trainer.photos import Photos, Splits
from pipeline.recipes import fast, named
from research.experiments import other_hands, trial
from research.experiments.other_hands import UNSEEN_HAND, UNSEEN_PAPER, StandIn, by_paper, main, stand_ins, without_hand
from research.experiments.trial import StopAfter, accuracy, judged
from sample.parameters import ALL_HANDS
from tests.model_fixtures import random_photos


def photos_on(papers: list[int], seed: int) -> Photos:
    photos = random_photos(len(papers), seed)
    return Photos(photos.pixels, photos.targets, np.array(papers))


def test_unseen_paper_is_held_out_of_training_and_of_what_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    splits = Splits(photos_on([0, 3, 2, 3], 1), photos_on([3, 1], 2))
    monkeypatch.setattr(other_hands, "load_splits", lambda data, settings: splits)
    monkeypatch.setattr(other_hands, "_UNSEEN_PER_LETTER", 1)
    paper, hand = stand_ins(Path("any"), fast())
    assert paper.splits.train.backgrounds.tolist() == [0, 2] and paper.splits.eval.backgrounds.tolist() == [1]
    assert paper.unseen.backgrounds.tolist() == [UNSEEN_PAPER] * 3
    np.testing.assert_array_equal(paper.unseen.pixels[2], splits.eval.pixels[0])
    assert hand.splits is splits and hand.unseen.pixels.shape == (33, 32, 32, 3)
    assert hand.unseen.targets.argmax(axis=1).tolist() == list(range(33))


def test_photos_are_divided_by_paper() -> None:
    seen, unseen = by_paper(photos_on([3, 0, 3], 1))
    assert (len(seen), len(unseen)) == (1, 2)


def test_unseen_hand_draws_nothing_to_train_on() -> None:
    hands = without_hand(fast()).train.generated_hands
    assert {*hands, UNSEEN_HAND} == set(ALL_HANDS) and UNSEEN_HAND not in hands


def test_training_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 1.0, 4.0, 6.0, 7.0, 8.0])
    monkeypatch.setattr(trial.time, "monotonic", lambda: next(now))
    stop = StopAfter(5.0)
    stop.set_model(keras.Sequential([keras.layers.Dense(1)]))
    stop.model.stop_training = False
    stop.on_train_begin()
    stopped = []
    for batch in range(3):
        stop.on_train_batch_end(batch)
        stopped.append(bool(stop.model.stop_training))
    assert stopped == [False, False, True]


def test_accuracy_is_of_the_members_together() -> None:
    network, photos = build_model(ModelSettings(stem_width=4, stage_widths=(4,), members=2), 33), random_photos(9, 1)
    expected = network.predict(photos.pixels / np.float32(255), verbose=0).mean(axis=1).argmax(axis=1) == np.arange(9)
    assert accuracy(network, photos, 4) == pytest.approx(expected.mean())


def test_a_network_is_judged_by_both() -> None:
    tiny = fast().model_copy(
        update={
            "model": ModelSettings(stem_width=4, stage_widths=(4,)),
            "train": TrainSettings(epochs=50, batch_size=8, learning_rate=0.001),
        }
    )
    splits = Splits(random_photos(16, 1), random_photos(4, 2))
    found = judged(tiny, splits, random_photos(5, 3), [StopAfter(0.0)])
    assert set(found) == {"accuracy on eval", "accuracy"}
    assert all(0 <= value <= 1 for value in found.values())


def test_command_gives_both_recipes_the_same_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    calls: list[Any] = []

    def recorded(config: Any, splits: Any, unseen: Any, callbacks: Any = ()) -> dict[str, float]:
        calls.append((config.recipe, [type(callback).__name__ for callback in callbacks]))
        return {"accuracy on eval": 0.5, "accuracy": 0.25}

    photos = random_photos(3, 1)
    monkeypatch.setattr(other_hands, "stand_ins", lambda data, config: [StandIn("x", Splits(photos, photos), photos)])
    monkeypatch.setattr(trial, "judged", recorded)
    assert main(["--data", "any", "--output", str(tmp_path)]) == 0
    assert calls == [("fast", []), ("notebook", ["StopAfter"])]
    assert "notebook" in capsys.readouterr().out
    assert (tmp_path / "other_hands.json").exists()


def test_mistakes_end_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["--data", str(tmp_path / "none"), "--output", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "no such folder" in error and error.count("\n") == 1
    assert main(["--data", "any", "--recipe", "best"]) == 2
    assert "--recipe best" in capsys.readouterr().err
    assert named("fast") == fast()
