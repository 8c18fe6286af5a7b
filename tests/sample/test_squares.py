"""Photos for training: those of the sample, but all square, whoever draws them."""

import numpy as np
import pytest

from sample.hands import ALL_HANDS, PEN
from sample.parameters import Parameters
from sample.photos import draw_photo
from sample.squares import draw_squares
from schema.curated import read_labels

LABELS = read_labels()


def test_squares_are_the_sample_s_photos_without_alpha() -> None:
    parameters = Parameters(LABELS, 2, 3, ALL_HANDS)
    pixels, class_ids = draw_squares(parameters, workers=1)
    assert pixels.shape == (66, 32, 32, 3) and pixels.dtype == np.uint8
    assert class_ids.tolist() == [letter for letter in range(33) for _ in range(2)]
    assert class_ids.dtype == np.int64
    photos = [draw_photo(parameters, class_id, number) for class_id in range(33) for number in range(2)]
    same = [
        np.array_equal(square, photo[..., :3])
        for square, photo in zip(pixels, photos, strict=True)
        if photo.shape == (32, 32, 4)
    ]
    assert all(same) and len(same) >= 64


@pytest.mark.parametrize("workers", [2, 3])
def test_squares_do_not_depend_on_workers(workers: int) -> None:
    parameters = Parameters(LABELS, 1, 5, ALL_HANDS)
    alone, divided = draw_squares(parameters, workers=1), draw_squares(parameters, workers=workers)
    for one, other in zip(alone, divided, strict=True):
        assert np.array_equal(one, other) and one.dtype == other.dtype and one.flags.writeable == other.flags.writeable


def test_seeds_give_different_squares() -> None:
    one, other = (draw_squares(Parameters(LABELS, 1, seed, (PEN,)), workers=1)[0] for seed in (0, 1))
    assert not (one == other).all(axis=(1, 2, 3)).any()
