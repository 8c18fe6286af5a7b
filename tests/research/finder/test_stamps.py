"""Stamps: letters without their paper."""

import numpy as np
import pytest

from research.finder.stamps import generated_stamps, photo_stamps, stretched
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
    [stamp] = photo_stamps(np.stack([photo, np.full_like(photo, 200)]))
    height, width, channels = stamp.shape
    assert channels == 3
    assert 5 <= min(height, width) <= max(height, width) <= 30


@pytest.mark.parametrize("shape", [(7, 40), (30, 5)])
def test_stretched_stamp_lets_light_through(shape: tuple[int, int]) -> None:
    large = stretched(generated_stamps("о", 1, np.random.default_rng(1))[0], shape)
    assert large.shape == (*shape, 1)
    assert 0 <= large.min() <= large.max() <= 1
