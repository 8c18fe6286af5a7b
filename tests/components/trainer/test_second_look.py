"""Doubtful photos, and only they, are looked at again, each as if it were alone."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from components.settings import ModelSettings
from components.trainer.model import build_model, first_member
from components.trainer.second_look import mean_logits, probabilities, shifted
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import random_photos


@pytest.fixture(scope="module")
def two_members() -> keras.Model:
    keras.utils.set_random_seed(4)
    return build_model(ModelSettings(stem_width=8, stage_widths=(8, 12), members=2), len(LABELS))


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return random_photos(12, 1).pixels / np.float32(255)


def at_first_sight(network: keras.Model, pixels: np.ndarray) -> np.ndarray:
    return np.array(tf.nn.softmax(first_member(network)(pixels)))


def looked_at_again(network: keras.Model, pixels: np.ndarray) -> np.ndarray:
    return np.array(tf.nn.softmax(mean_logits(network, tf.constant(pixels))))


@pytest.mark.parametrize("in_graph", [True, False])
def test_only_the_doubtful_are_looked_at_again(two_members: keras.Model, pixels: np.ndarray, in_graph: bool) -> None:
    first, again = at_first_sight(two_members, pixels), looked_at_again(two_members, pixels)
    below = float(np.median(first.max(axis=1)))
    look = tf.function(probabilities, autograph=False) if in_graph else probabilities
    found = look(two_members, first_member(two_members), tf.constant(pixels), below)
    doubtful = first.max(axis=1) < below
    assert 0 < doubtful.sum() < len(pixels)
    np.testing.assert_allclose(found, np.where(doubtful[:, np.newaxis], again, first), atol=1e-6)
    assert not np.allclose(first[doubtful], again[doubtful])


def test_nothing_is_looked_at_again_where_all_is_certain(two_members: keras.Model, pixels: np.ndarray) -> None:
    found = probabilities(two_members, first_member(two_members), tf.constant(pixels), below=1e-3)
    np.testing.assert_allclose(found, at_first_sight(two_members, pixels), atol=1e-6)


def test_without_second_look_all_members_look_once(two_members: keras.Model, pixels: np.ndarray) -> None:
    found = probabilities(two_members, first_member(two_members), tf.constant(pixels), below=0.0)
    np.testing.assert_allclose(found, tf.nn.softmax(tf.reduce_mean(two_members(pixels), axis=1)), atol=1e-6)


def test_a_photo_is_answered_as_if_alone(two_members: keras.Model, pixels: np.ndarray) -> None:
    first = first_member(two_members)
    below = float(np.median(at_first_sight(two_members, pixels).max(axis=1)))
    together = probabilities(two_members, first, tf.constant(pixels), below)
    alone = [probabilities(two_members, first, tf.constant(pixels[i : i + 1]), below)[0] for i in range(len(pixels))]
    np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize(("right", "down"), [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
def test_shift_moves_photos_and_repeats_the_border(pixels: np.ndarray, right: int, down: int) -> None:
    moved = shifted(tf.constant(pixels), tf.constant((right, down))).numpy()
    rows, columns = (np.clip(np.arange(32) - by, 0, 31) for by in (down, right))
    np.testing.assert_array_equal(moved, pixels[:, rows][:, :, columns])
