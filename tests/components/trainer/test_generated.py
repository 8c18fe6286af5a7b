"""Generated letters for training: as many as asked for, labelled, and the same for the same seed."""

import numpy as np
import pytest
from pydantic import ValidationError

from components.settings import TrainSettings
from components.trainer.generated import draw_letters
from sample.squares import draw_squares


def test_none_are_drawn_unless_asked_for() -> None:
    assert draw_letters(TrainSettings()) is None


def test_letters_come_with_their_labels() -> None:
    letters = draw_letters(TrainSettings(generated_per_letter=2, seed=3))
    assert letters is not None
    assert letters.pixels.shape == (66, 32, 32, 3)
    assert letters.pixels.dtype == np.uint8
    assert letters.labels.argmax(axis=1).tolist() == [i for i in range(33) for _ in range(2)]


def test_seed_decides_the_letters() -> None:
    first, again, other = (draw_letters(TrainSettings(generated_per_letter=1, seed=s)) for s in (3, 3, 4))
    assert first is not None and again is not None and other is not None
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


def test_only_the_hands_asked_for_draw() -> None:
    letters = draw_letters(TrainSettings(generated_per_letter=1, seed=3, generated_hands=("pacifico", "caveat")))
    expected, _ = draw_squares(1, 3, ("caveat", "pacifico"), workers=1)
    assert letters is not None
    np.testing.assert_array_equal(letters.pixels, expected)


def test_unknown_hand_is_told_at_once() -> None:
    with pytest.raises(ValidationError, match="no font is called 'mine'; there are caveat"):
        TrainSettings(generated_hands=("mine",))
