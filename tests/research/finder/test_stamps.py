"""Stamps: letters without their paper."""

import numpy as np
import pytest

from research.finder.stamps import generated_stamps, photo_stamps, stretched, turned
from sample.parameters import PEN
from sample.photos import draw_letter


def test_generated_stamps_are_cut_to_their_ink() -> None:
    for stamp in generated_stamps("аж", 10, np.random.default_rng(1)):
        assert stamp.ndim == 3
        assert stamp.min() < 0.75
        for edge in (stamp[0], stamp[-1], stamp[:, 0], stamp[:, -1]):
            assert edge.min() < 0.9


def test_photo_gives_its_letter_and_an_empty_one_nothing() -> None:
    photo = draw_letter("ж", PEN, 2, np.random.default_rng(3))[..., :3]
    [stamp], [portrait] = photo_stamps(np.stack([photo, np.full_like(photo, 200)]))
    height, width, channels = stamp.shape
    assert channels == 3
    assert 5 <= min(height, width) <= max(height, width) <= 30
    left, top, right, bottom = (32 * edge for edge in portrait.box)
    assert (right - left, bottom - top) == (width, height)
    np.testing.assert_array_equal(np.rint(portrait.photo * 255), photo)


def test_dots_belong_to_the_letter_and_what_the_edge_cuts_off_does_not() -> None:
    photo = np.full((32, 32, 3), 220, np.uint8)
    photo[12:24, 10:22] = 40
    photo[15:21, 13:19] = 220
    photo[6:8, 12:14] = photo[6:8, 18:20] = 40
    photo[25:29, 30:] = 40
    _, [portrait] = photo_stamps(photo[np.newaxis])
    assert [32 * edge for edge in portrait.box] == [10, 6, 22, 24]


def test_turned_stamp_is_cut_to_its_ink_again() -> None:
    rng = np.random.default_rng(2)
    bar = np.zeros((40, 4, 1), np.float32)
    shapes = [turned(bar, rng).shape for _ in range(20)]
    assert all(30 <= height <= 41 and 3 <= width <= 26 for height, width, _ in shapes)
    assert len(set(shapes)) > 3


@pytest.mark.parametrize("shape", [(7, 40), (30, 5)])
def test_stretched_stamp_lets_light_through(shape: tuple[int, int]) -> None:
    large = stretched(generated_stamps("о", 1, np.random.default_rng(1))[0], shape)
    assert large.shape == (*shape, 1)
    assert 0 <= large.min() <= large.max() <= 1
