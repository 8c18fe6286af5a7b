"""Photos in a file are indexed as those in memory are; how often, and in what order, each picture is drawn."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from components.settings import TrainSettings
from components.trainer.photos import (
    Photos,
    StoredPixels,
    collect,
    draw_letters,
    draw_order,
    even_weights,
    mix,
    one_hot,
)
from core.features import IMAGE_SHAPE
from sample.parameters import Parameters
from sample.photos import draw_squares
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import random_photos

PHOTO_BYTES = 3072
INDICES = [
    np.array([3, 0, 3, 8]),
    np.array([], np.int64),
    np.array([5], np.int32),
    slice(2, 7),
    slice(6, 100),
    slice(None),
    slice(None, None, -2),
]


def photos_of(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, *IMAGE_SHAPE), dtype=np.uint8)


def in_batches(photos: np.ndarray, size: int) -> Iterator[np.ndarray]:
    return (photos[start : start + size] for start in range(0, len(photos), size))


@pytest.mark.parametrize(("memory", "kind"), [(9 * PHOTO_BYTES, np.ndarray), (9 * PHOTO_BYTES - 1, StoredPixels)])
def test_photos_are_in_memory_as_long_as_they_may(tmp_path: Path, memory: int, kind: type) -> None:
    photos = photos_of(9)
    collected = collect(in_batches(photos, 4), memory, tmp_path)
    assert isinstance(collected, kind)
    assert len(collected) == 9
    np.testing.assert_array_equal(collected[:], photos)


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_file_is_indexed_as_an_array_is(tmp_path: Path, index: slice | np.ndarray) -> None:
    photos = photos_of(9)
    stored = collect(in_batches(photos, 4), 0, tmp_path)
    np.testing.assert_array_equal(stored[index], photos[index])
    assert stored[index].dtype == np.uint8


def test_file_has_no_name(tmp_path: Path) -> None:
    stored = collect(in_batches(photos_of(5), 2), 0, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(stored[:]) == 5


def test_order_can_be_changed_again_and_again(tmp_path: Path) -> None:
    photos, order = photos_of(6), np.array([5, 0, 3, 1, 2, 4])
    pixels = collect(in_batches(photos, 4), 0, tmp_path)
    np.testing.assert_array_equal(pixels.reordered(order).reordered(order)[:], photos[order][order])


@pytest.mark.parametrize("index", INDICES, ids=str)
@pytest.mark.parametrize("first", [0, 4, 9])
def test_more_photos_can_follow(tmp_path: Path, first: int, index: slice | np.ndarray) -> None:
    photos = photos_of(9)
    stored = collect(in_batches(photos[::-1], 3), 0, tmp_path).reordered(np.arange(9)[::-1][:first])
    joined = stored.followed_by(photos[first:])
    assert len(joined) == 9
    np.testing.assert_array_equal(joined[index], photos[index])


def test_one_hot_rows_stand_for_their_classes() -> None:
    rows = one_hot(np.array([0, 32]), 33)
    assert rows.shape == (2, 33)
    assert rows.argmax(axis=1).tolist() == [0, 32]
    assert rows.sum() == 2


def test_number_of_photos_is_that_of_targets() -> None:
    assert len(Photos(np.zeros((4, 32, 32, 3), np.uint8), np.zeros((4, 33)), np.zeros(4))) == 4


def test_class_ids_are_where_the_ones_stand() -> None:
    photos = Photos(np.zeros((2, 32, 32, 3), np.uint8), one_hot(np.array([32, 4]), 33), np.zeros(2))
    assert photos.class_ids.tolist() == [32, 4]


BACKGROUNDS = np.array([0] * 5 + [1] * 15 + [2] * 80)


def test_without_balance_every_photo_weighs_the_same() -> None:
    np.testing.assert_allclose(even_weights(BACKGROUNDS, 0.0), 0.01)


def test_with_full_balance_every_paper_weighs_the_same() -> None:
    weights = even_weights(BACKGROUNDS, 1.0)
    assert [weights[paper == BACKGROUNDS].sum() for paper in range(3)] == pytest.approx([1 / 3] * 3)


def test_a_third_of_balance_draws_a_rare_paper_by_the_cube_root_more() -> None:
    weights = even_weights(BACKGROUNDS, 1 / 3)
    assert weights[0] / weights[-1] == pytest.approx((80 / 5) ** (1 / 3))
    assert weights.sum() == pytest.approx(1.0)


def test_balance_draws_every_letter_of_every_data_folder_as_often() -> None:
    sources = np.array([b"a"] * 90 + [b"b"] * 30)
    class_ids = np.array([0] * 80 + [1] * 10 + [0] * 10 + [1] * 20)
    photos = Photos(np.zeros((120, 32, 32, 3), np.uint8), one_hot(class_ids, 2), np.zeros(120, np.int64), sources)
    draws = mix(photos, None, TrainSettings(balance=1.0)).draws
    cells = [(sources == source) & (class_ids == letter) for source in (b"a", b"b") for letter in (0, 1)]
    assert [draws[cell].sum() for cell in cells] == pytest.approx([30] * 4)
    assert mix(photos, None, TrainSettings()).draws == pytest.approx(np.ones(120))


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
