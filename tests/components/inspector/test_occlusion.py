"""Occlusion maps: they point at what the answer depends on, and at nothing else."""

import numpy as np

from components.inspector.occlusion import occlusion_maps


def _sees_dark_corner(pixels: np.ndarray) -> np.ndarray:
    """Letter 5 as surely as the upper left quarter is dark, letter 6 otherwise."""
    darkness = 1 - pixels[:, :16, :16].mean(axis=(1, 2, 3)) / 255
    answers = np.zeros((len(pixels), 33), np.float32)
    answers[:, 5], answers[:, 6] = darkness, 1 - darkness
    return answers


def test_map_is_high_where_hiding_makes_the_answer_less_probable() -> None:
    photo = np.full((1, 32, 32, 3), 255, np.uint8)
    photo[:, :16, :14] = 0
    found = occlusion_maps(photo, _sees_dark_corner)
    assert found.shape == (1, 32, 32)
    assert found.dtype == np.float32
    # A patch of 8 x 8 in the dark hides a quarter of the 16 x 16 that decide.
    assert found[0, 4, 4] == np.float32(0.25)
    assert (found[0, 24:, 24:] == 0).all()
    assert (found >= 0).all()


def test_each_photo_has_a_map_of_its_own() -> None:
    photos = np.full((3, 32, 32, 3), 255, np.uint8)
    photos[1, :16, :14] = 0
    both = occlusion_maps(photos, _sees_dark_corner)
    np.testing.assert_array_equal(both[1], occlusion_maps(photos[1:2], _sees_dark_corner)[0])
    assert (both[[0, 2]] == 0).all()
