"""The fine grid and smooth noise."""

import numpy as np

from sample.raster import FINE, fine_positions, reduce, smooth_noise


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_fine_grid_is_centred_and_reduces_to_means() -> None:
    y, x = fine_positions((31, 32))
    assert y.shape == (31 * FINE, 1) and x.shape == (1, 32 * FINE)
    assert abs(y.mean()) < 1e-9 and abs(x.mean()) < 1e-9
    assert x[0, -1] - x[0, 0] == 32 - 1 / FINE
    assert np.array_equal(reduce(np.kron(np.eye(3), np.ones((FINE, FINE)))), np.eye(3))


def test_smooth_noise_is_smooth() -> None:
    noise = smooth_noise((60, 50), 4, rng())
    assert noise.shape == (60, 50)
    assert np.abs(np.diff(noise, axis=0)).max() < 0.25 < np.ptp(noise)
