"""The optimiser: the notebook's RMSprop, our AdamW, and the one-cycle schedule."""

import keras
import pytest

from components.settings import ModelSettings, TrainSettings
from components.trainer.model import build_model
from components.trainer.optimizer import OneCycle, build_optimizer
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
