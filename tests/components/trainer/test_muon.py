"""Muon: which variables it takes for matrices, and that it orthogonalises, learns and comes back from its config."""

import keras
import numpy as np
import tensorflow as tf

from components.settings import ModelSettings, TrainSettings
from components.trainer.model import build_model
from components.trainer.muon import Muon, is_kernel, orthogonal
from components.trainer.optimizer import build_optimizer
from tests.components.trainer.trainings import LABELS


def test_orthogonal_matrix_has_singular_values_near_one() -> None:
    for shape in ((40, 12), (12, 40), (16, 16)):
        matrix = tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)
        values = np.linalg.svd(orthogonal(matrix).numpy(), compute_uv=False)
        assert orthogonal(matrix).shape == shape
        assert 0.3 < values.min() <= values.max() < 1.4


def test_direction_is_kept() -> None:
    matrix = np.random.default_rng(1).normal(size=(30, 10)).astype(np.float32)
    u, _, v = np.linalg.svd(matrix, full_matrices=False)
    cosine = np.sum(orthogonal(tf.constant(matrix)) * (u @ v)) / np.sqrt(10) / np.linalg.norm(orthogonal(matrix))
    assert cosine > 0.9


def test_first_convolution_and_vectors_are_left_to_adam() -> None:
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4,)), len(LABELS))
    kernels = [v.path for v in network.trainable_variables if is_kernel(v)]
    assert len(kernels) == 1
    assert "conv2d_1" in kernels[0] or "conv2d" in kernels[0]
    assert len([v for v in network.trainable_variables if len(v.shape) == 4]) == 2


def test_kernel_moves_by_the_learning_rate_whatever_the_gradient() -> None:
    kernel = keras.Variable(np.zeros((3, 3, 4, 8), np.float32))
    optimizer = Muon(0.1, momentum=0.0)
    optimizer.build([kernel])
    gradient = np.random.default_rng(2).normal(size=(3, 3, 4, 8)).astype(np.float32)
    moves = []
    for scale in (1e-3, 1e3):
        kernel.assign(np.zeros((3, 3, 4, 8), np.float32))
        optimizer.apply([tf.constant(gradient * scale)], [kernel])
        moves.append(np.linalg.norm(kernel.numpy()))
    assert np.isclose(moves[0], moves[1], rtol=0.01)
    assert 0.5 * 0.1 * np.sqrt(8) < moves[0] < 1.3 * 0.1 * np.sqrt(8)


def test_vector_moves_as_adam_moves_it() -> None:
    ours, theirs = (keras.Variable(np.ones(5, np.float32)) for _ in range(2))
    muon, adam = Muon(0.1, adam_ratio=0.1, beta_2=0.99), keras.optimizers.Adam(0.01, beta_2=0.99)
    for step in range(4):
        gradient = tf.constant(np.random.default_rng(step).normal(size=5), tf.float32)
        muon.apply([gradient], [ours])
        adam.apply([gradient], [theirs])
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-5)


def test_weight_decay_spares_biases_and_normalisation() -> None:
    optimizer = build_optimizer(TrainSettings(optimizer="muon", weight_decay=0.1), steps_per_epoch=3)
    assert isinstance(optimizer, Muon)
    assert optimizer.weight_decay == 0.1
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4,)), len(LABELS))
    optimizer.build(network.trainable_variables)
    spared = [v.path for v in network.trainable_variables if not optimizer._use_weight_decay(v)]
    assert all(name.rpartition("/")[2] in {"gamma", "beta", "bias"} for name in spared)
    assert len(spared) == 5


def test_config_makes_the_same_optimizer() -> None:
    config = Muon(0.03, momentum=0.8, adam_ratio=0.2, beta_1=0.85, beta_2=0.95).get_config()
    again = Muon.from_config(config)
    assert (again.momentum, again.adam_ratio, again.beta_1, again.beta_2) == (0.8, 0.2, 0.85, 0.95)
