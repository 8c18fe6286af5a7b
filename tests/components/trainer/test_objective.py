"""The loss teaches each member, and the accuracy is that of all together."""

import keras
import numpy as np
import pytest

from components.trainer.objective import MembersCrossentropy, ensemble_accuracy

LABELS = np.eye(3, dtype=np.float32)[[0, 2]]
LOGITS = np.random.default_rng(1).normal(size=(2, 2, 3)).astype(np.float32)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_is_the_mean_of_what_keras_gives_each_member(smoothing: float) -> None:
    alone = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    expected = np.mean([float(alone(LABELS, LOGITS[:, member])) for member in range(2)])
    assert float(MembersCrossentropy(smoothing)(LABELS, LOGITS)) == pytest.approx(expected, rel=1e-5)


def test_two_wrong_members_can_be_right_together() -> None:
    # Each is sure of another wrong letter; both find the right one next likely.
    logits = np.array([[[3.0, 4.0, -9.0], [3.0, -9.0, 4.0]]], np.float32)
    metric = ensemble_accuracy()
    metric.update_state(np.eye(3)[[0]], logits)
    assert float(metric.result()) == 1.0
    assert metric.name == "accuracy"


def test_accuracy_counts_photos() -> None:
    metric = ensemble_accuracy()
    metric.update_state(LABELS, np.eye(3, dtype=np.float32)[[0, 1]][:, np.newaxis])
    assert float(metric.result()) == 0.5
