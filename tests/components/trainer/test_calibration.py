"""The temperature is found, and makes probabilities mean what they say, over all members of the network."""

from typing import Any

import keras
import numpy as np
import pytest
from scipy.special import softmax

from components.settings import ModelSettings
from components.trainer.calibration import calibrate, fit_temperature, predict_logits
from components.trainer.model import build_model
from core.accuracy import expected_calibration_error
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import random_photos


def drawn_from(logits: np.ndarray, seed: int) -> np.ndarray:
    """Returns one-hot labels, each drawn with the probabilities of its logits."""
    rng = np.random.default_rng(seed)
    classes = [rng.choice(logits.shape[1], p=p) for p in softmax(logits, axis=1)]
    return np.eye(logits.shape[1])[classes]


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_temperature_undoes_a_scale(temperature: float) -> None:
    true_logits = np.random.default_rng(1).normal(size=(4000, 5)) * 2
    labels = drawn_from(true_logits, seed=2)
    found = fit_temperature((true_logits * temperature).astype(np.float32), labels)
    assert found == pytest.approx(temperature, rel=0.08)


def test_fitted_temperature_lowers_the_calibration_error() -> None:
    true_logits = np.random.default_rng(3).normal(size=(4000, 5)) * 2
    labels = drawn_from(true_logits, seed=4)
    too_sure = true_logits * 3
    calibrated = too_sure / fit_temperature(too_sure, labels)
    before, after = (
        expected_calibration_error(softmax(z, axis=1), labels.argmax(axis=1)) for z in (too_sure, calibrated)
    )
    assert before > 0.1
    assert after < 0.02


def test_perfect_network_keeps_a_finite_temperature() -> None:
    labels = np.eye(3)[[0, 1, 2]]
    assert 0 < fit_temperature(labels * 5, labels) < 1


def test_calibrated_network_chooses_the_same_letters_with_other_certainty(network: Any) -> None:
    photos = random_photos(66, seed=5)
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    before = copy.predict(photos.pixels / np.float32(255), verbose=0)
    temperature = calibrate(copy, photos, batch_size=16)
    after = copy.predict(photos.pixels / np.float32(255), verbose=0)
    assert temperature == pytest.approx(fit_temperature(before, photos.targets), rel=1e-3)
    assert temperature != pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(after, before / temperature, rtol=1e-3, atol=1e-5)


def test_logits_are_the_mean_over_members_and_do_not_depend_on_the_batch_size() -> None:
    photos = random_photos(7, 1)
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4, 8), members=2), len(LABELS))
    each = network.predict(photos.pixels / np.float32(255), verbose=0)
    for size in (2, 7, 100):
        np.testing.assert_allclose(predict_logits(network, photos, size), each.mean(axis=1), atol=1e-5)
