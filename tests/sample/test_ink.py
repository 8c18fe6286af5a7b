"""The ink: of every colour, and to be read on any paper."""

import numpy as np

from sample.ink import MIN_CONTRAST, contrast, draw_ink


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_ink_keeps_its_contrast_on_the_darkest_paper() -> None:
    for seed in range(300):
        light, dark = np.full(3, 0.9), np.array([0.3, 0.25, 0.2])
        assert contrast(draw_ink(light, rng(seed)), light) >= MIN_CONTRAST
        assert contrast(draw_ink(dark, rng(seed)), dark) >= 0.6 * 0.3


def test_inks_have_every_colour() -> None:
    inks = np.array([draw_ink(np.full(3, 0.8), rng(seed)) for seed in range(300)])
    assert {0, 1, 2} == set(inks.argmax(axis=1)) == set(inks.argmin(axis=1))
