"""The optimiser: the notebook's RMSprop, our AdamW and Muon, and the one-cycle schedule."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from components.settings import ModelSettings, TrainSettings
from components.trainer.model import build_model
from components.trainer.optimizer import Muon, OneCycle, build_optimizer, is_kernel, orthogonal
from tests.components.trainer.trainings import LABELS

PEAK = 0.004


@pytest.mark.parametrize(
    ("step", "fraction"),
    [(0, 1e-3), (10, 0.5), (20, 1.0), (60, 0.5), (100, 1e-3), (150, 1e-3)],
    ids=["start", "half-warm", "peak", "half-way-down", "end", "beyond"],
)
def test_one_cycle_rises_in_a_line_and_falls_as_a_cosine(step: int, fraction: float) -> None:
    schedule = OneCycle(PEAK, steps=100, warmup_fraction=0.2)
    assert float(schedule(step)) == pytest.approx(PEAK * fraction, rel=1e-4)


def test_one_cycle_has_one_peak() -> None:
    schedule = OneCycle(PEAK, steps=50, warmup_fraction=0.3)
    rates = [float(schedule(step)) for step in range(51)]
    peak = rates.index(max(rates))
    assert peak == 15
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)


@pytest.mark.parametrize("steps", [1, 2, 40])
def test_without_warm_up_the_second_step_is_at_the_peak(steps: int) -> None:
    schedule = OneCycle(PEAK, steps=steps, warmup_fraction=0.0)
    assert float(schedule(0)) == pytest.approx(PEAK * 1e-3, rel=1e-4)
    assert float(schedule(1)) == pytest.approx(PEAK, rel=1e-4)


def test_one_cycle_comes_back_from_its_config() -> None:
    schedule = OneCycle(PEAK, steps=30, warmup_fraction=0.25)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert isinstance(restored, OneCycle)
    assert [float(restored(s)) for s in (0, 5, 20)] == [float(schedule(s)) for s in (0, 5, 20)]


def test_cycle_is_as_long_as_the_training() -> None:
    settings = TrainSettings(epochs=5, learning_rate=PEAK, schedule="one_cycle", warmup_fraction=0.2)
    schedule = build_optimizer(settings, steps_per_epoch=8)._learning_rate
    assert schedule.get_config() == {"peak": PEAK, "steps": 40, "warmup_fraction": 0.2}


def test_notebook_gets_its_own_rmsprop() -> None:
    settings = TrainSettings(optimizer="rmsprop", learning_rate=0.001, schedule="plateau")
    optimizer = build_optimizer(settings, steps_per_epoch=8)
    assert isinstance(optimizer, keras.optimizers.RMSprop)
    assert (optimizer.rho, optimizer.epsilon, optimizer.momentum, optimizer.centered) == (0.9, 1e-8, 0.0, False)
    assert float(optimizer.learning_rate) == pytest.approx(0.001)


def test_only_kernels_are_decayed() -> None:
    settings = TrainSettings(optimizer="adamw", weight_decay=0.02, schedule="one_cycle")
    optimizer = build_optimizer(settings, steps_per_epoch=8)
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4,)), len(LABELS))
    optimizer.build(network.trainable_variables)
    decayed = {v.name for v in network.trainable_variables if optimizer._use_weight_decay(v)}
    spared = {v.name for v in network.trainable_variables if not optimizer._use_weight_decay(v)}
    assert optimizer.weight_decay == 0.02
    assert decayed == {"kernel"}
    assert spared == {"bias", "gamma", "beta"}


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
