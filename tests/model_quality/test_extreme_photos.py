"""Photos at the edge of what there is get finite probabilities from the served graph, alone and beside others."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.model_quality import behaviour

Signatures = dict[str, Callable[..., dict[str, Any]]]


def extreme_photos() -> dict[str, np.ndarray]:
    """Photos without any contrast, with the least there is, and with the most, by name."""
    black, white = (np.full((32, 32, 3), value, np.uint8) for value in (0, 255))
    speck, checks = white.copy(), white.copy()
    speck[16, 16] = 254
    checks[::2, ::2] = checks[1::2, 1::2] = 0
    return {"black": black, "white": white, "speck": speck, "checks": checks}


@pytest.fixture(scope="module")
def ask(serving_signatures: Signatures) -> behaviour.Ask:
    def asked(encoded: Any) -> np.ndarray:
        return serving_signatures["serving_default"](image=tf.constant(list(encoded)))["probabilities"].numpy()

    return asked


@pytest.mark.parametrize("name", extreme_photos())
def test_extreme_photo_shows_no_letter_or_gets_finite_probabilities(name: str, ask: behaviour.Ask) -> None:
    photo = extreme_photos()[name][np.newaxis]
    for found in (ask(behaviour.as_png(photo)), ask(behaviour.as_jpeg(photo, 80))):
        assert not found.any() or behaviour.are_probabilities(found)
        if name in ("black", "white"):
            assert not found.any()


def test_extreme_photos_do_not_change_the_answers_to_others(ask: behaviour.Ask) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    beside = ask(behaviour.as_png(np.stack([*extreme_photos().values(), noise[0]])))
    np.testing.assert_allclose(beside[-1:], ask(behaviour.as_png(noise)), atol=1e-6)
