"""What training draws from: how often each picture comes up, and in what order."""

import numpy as np
import pytest
from pydantic import ValidationError

from components.settings import TrainSettings
from components.trainer.mixture import draw_letters, draw_order, mix, paper_weights
from sample.parameters import Parameters
from sample.photos import draw_squares
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import random_photos

BACKGROUNDS = np.array([0] * 5 + [1] * 15 + [2] * 80)


def test_without_balance_every_photo_weighs_the_same() -> None:
    np.testing.assert_allclose(paper_weights(BACKGROUNDS, 0.0), 0.01)


def test_with_full_balance_every_paper_weighs_the_same() -> None:
    weights = paper_weights(BACKGROUNDS, 1.0)
    assert [weights[paper == BACKGROUNDS].sum() for paper in range(3)] == pytest.approx([1 / 3] * 3)


def test_a_third_of_balance_draws_a_rare_paper_by_the_cube_root_more() -> None:
    weights = paper_weights(BACKGROUNDS, 1 / 3)
    assert weights[0] / weights[-1] == pytest.approx((80 / 5) ** (1 / 3))
    assert weights.sum() == pytest.approx(1.0)


def test_expected_draws_of_one_give_each_picture_exactly_once() -> None:
    for epoch in range(3):
        assert sorted(draw_order(np.ones(57), seed=2, epoch=epoch)) == list(range(57))


def test_each_picture_comes_as_often_as_expected_rounded_up_or_down() -> None:
    draws = np.random.default_rng(0).uniform(0.2, 3.0, 200)
    counts = np.bincount(draw_order(draws, seed=1, epoch=0), minlength=200)
    scaled = draws * round(draws.sum()) / draws.sum()
    assert counts.sum() == round(draws.sum())
    assert (np.floor(scaled) <= counts).all()
    assert (counts <= np.ceil(scaled)).all()


def test_order_depends_on_seed_and_epoch_alone() -> None:
    draws = np.full(50, 1.5)
    np.testing.assert_array_equal(draw_order(draws, 1, 2), draw_order(draws, 1, 2))
    assert not np.array_equal(draw_order(draws, 1, 2), draw_order(draws, 1, 3))
    assert not np.array_equal(draw_order(draws, 1, 2), draw_order(draws, 2, 2))


def test_generated_letters_take_their_share_of_an_epoch() -> None:
    photos, generated = random_photos(30, 0), random_photos(66, 1)
    mixture = mix(photos, generated, TrainSettings(generated_share=0.4))
    assert mixture.drawings == 50
    assert mixture.draws[:30].sum() == pytest.approx(30)
    assert len(mixture.pixels) == len(mixture.targets) == 96
    np.testing.assert_array_equal(mixture.pixels[30:], generated.pixels)


def test_without_generated_letters_an_epoch_is_the_photos() -> None:
    photos = random_photos(30, 0)
    mixture = mix(photos, None, TrainSettings())
    np.testing.assert_array_equal(mixture.draws, np.ones(30))
    assert mixture.pixels is photos.pixels


def test_none_are_drawn_unless_asked_for() -> None:
    assert draw_letters(TrainSettings(), LABELS) is None


def test_letters_come_with_their_labels() -> None:
    letters = draw_letters(TrainSettings(generated_per_letter=2, seed=3), LABELS)
    assert letters is not None
    assert letters.pixels.shape == (66, 32, 32, 3)
    assert letters.pixels.dtype == np.uint8
    assert letters.targets.argmax(axis=1).tolist() == [i for i in range(33) for _ in range(2)]


def test_seed_decides_the_letters() -> None:
    first, again, other = (draw_letters(TrainSettings(generated_per_letter=1, seed=s), LABELS) for s in (3, 3, 4))
    assert first is not None and again is not None and other is not None
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)


def test_only_the_hands_asked_for_draw() -> None:
    letters = draw_letters(
        TrainSettings(generated_per_letter=1, seed=3, generated_hands=("pacifico", "caveat")), LABELS
    )
    expected, _ = draw_squares(Parameters(LABELS, 1, 3, ("caveat", "pacifico")), workers=1)
    assert letters is not None
    np.testing.assert_array_equal(letters.pixels, expected)


def test_labels_that_no_hand_can_draw_have_no_letters() -> None:
    settings = TrainSettings(generated_per_letter=2, seed=3, generated_hands=("pen",))
    letters = draw_letters(settings, ("бб", "б", "8", "а"))
    assert letters is not None
    assert letters.class_ids.tolist() == [1, 1, 3, 3]
    assert letters.targets.shape == (4, 4)
    assert draw_letters(settings, ("бб", "8")) is None


def test_unknown_hand_is_told_at_once() -> None:
    with pytest.raises(ValidationError, match="no font is called 'mine'; there are caveat"):
        TrainSettings(generated_hands=("mine",))
