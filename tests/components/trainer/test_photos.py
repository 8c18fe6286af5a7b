"""Photos in a file are indexed as those in memory are, and leave nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from components.trainer.photos import Photos, StoredPixels, collect, one_hot
from core.features import IMAGE_SHAPE

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
