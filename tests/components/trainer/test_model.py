"""The networks: their size, what they return, that they learn, and what they are judged by."""

import keras
import numpy as np
import pytest
from pydantic import ValidationError

from components.settings import ModelSettings
from components.trainer.model import MembersCrossentropy, build_model, ensemble_accuracy, first_member, logits_layers
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import random_photos

NETWORKS = {
    "notebook": ModelSettings(architecture="notebook"),
    "residual": ModelSettings(architecture="residual", stem_width=16, stage_widths=(16, 32), dropout=0.2),
    "two members": ModelSettings(architecture="residual", stem_width=16, stage_widths=(16, 32), members=2),
}


@pytest.mark.parametrize(("name", "parameters"), [("notebook", 1_140_801), ("residual", 1_063_169)])
def test_number_of_parameters(name: str, parameters: int) -> None:
    assert build_model(ModelSettings(architecture=name), len(LABELS)).count_params() == parameters


def test_colour_and_contrast_of_the_paper_do_not_matter_to_the_residual_network() -> None:
    network = build_model(NETWORKS["residual"], len(LABELS))
    photo = random_photos(1, 0).pixels / np.float32(255)
    pale = 0.5 + photo * np.float32([0.4, 0.3, 0.45])
    np.testing.assert_allclose(network(pale), network(photo), atol=0.15)


def test_empty_photo_gives_finite_logits() -> None:
    network = build_model(NETWORKS["residual"], len(LABELS))
    assert np.isfinite(network(np.zeros((1, 32, 32, 3), np.float32))).all()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("batch", [1, 3])
def test_a_batch_of_photos_gives_a_logit_for_each_letter(name: str, batch: int) -> None:
    network = build_model(NETWORKS[name], len(LABELS))
    logits = network(random_photos(batch, 0).pixels / np.float32(255))
    assert logits.shape == (batch, NETWORKS[name].members, len(LABELS))
    assert logits.dtype == "float32"
    # Not probabilities: the loss and the export both apply the softmax.
    assert not np.allclose(np.sum(logits, axis=2), 1.0)


def test_members_are_of_equal_size_and_say_different_things() -> None:
    one, two = build_model(NETWORKS["residual"], len(LABELS)), build_model(NETWORKS["two members"], len(LABELS))
    assert two.count_params() == 2 * one.count_params()
    logits = two(random_photos(2, 0).pixels / np.float32(255))
    assert not np.allclose(logits[:, 0], logits[:, 1])


def test_first_member_is_the_network_s_first_and_shares_its_weights() -> None:
    network = build_model(NETWORKS["two members"], len(LABELS))
    first, x = first_member(network), random_photos(3, 0).pixels / np.float32(255)
    np.testing.assert_allclose(first(x), network(x)[:, 0], rtol=1e-4, atol=1e-6)
    assert {id(w) for w in first.weights} < {id(w) for w in network.weights}
    layers = logits_layers(network)
    assert len(layers) == 2
    layers[0].set_weights([2 * weights for weights in layers[0].get_weights()])
    np.testing.assert_allclose(first(x), network(x)[:, 0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "settings",
    [
        NETWORKS["notebook"],
        NETWORKS["residual"],
        NETWORKS["two members"],
    ],
    ids=lambda settings: f"{settings.architecture}-{settings.members}",
)
def test_network_learns_one_batch_by_heart(settings: ModelSettings) -> None:
    keras.utils.set_random_seed(1)
    network = build_model(settings, len(LABELS))
    network.compile(keras.optimizers.Adam(0.002), MembersCrossentropy())
    photos = random_photos(3, 1)
    x = photos.pixels / np.float32(255)
    first, *_, last = (float(network.train_on_batch(x, photos.targets)) for _ in range(30))
    assert first > 2.5
    assert last < 0.6 * first


def test_dropout_is_for_training_only() -> None:
    network = build_model(NETWORKS["notebook"], len(LABELS))
    x = random_photos(2, 0).pixels / np.float32(255)
    np.testing.assert_array_equal(network(x, training=False), network(x, training=False))
    assert not np.array_equal(network(x, training=True), network(x, training=True))


def test_stages_halve_the_side_but_for_the_first() -> None:
    network = build_model(ModelSettings(stem_width=4, stage_widths=(5, 6, 7)), len(LABELS))
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [4, 5, 6, 6, 6, 7, 7, 7]
    assert [layer.output.shape[1] for layer in convolutions] == [16, 16, 8, 8, 8, 4, 4, 4]


def test_unknown_architecture_is_refused() -> None:
    with pytest.raises(ValidationError, match="architecture"):
        ModelSettings(architecture="transformer")


ONE_HOT = np.eye(3, dtype=np.float32)[[0, 2]]
LOGITS = np.random.default_rng(1).normal(size=(2, 2, 3)).astype(np.float32)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_loss_is_the_mean_of_what_keras_gives_each_member(smoothing: float) -> None:
    alone = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    expected = np.mean([float(alone(ONE_HOT, LOGITS[:, member])) for member in range(2)])
    assert float(MembersCrossentropy(smoothing)(ONE_HOT, LOGITS)) == pytest.approx(expected, rel=1e-5)


def test_two_wrong_members_can_be_right_together() -> None:
    # Each is sure of another wrong letter; both find the right one next likely.
    logits = np.array([[[3.0, 4.0, -9.0], [3.0, -9.0, 4.0]]], np.float32)
    metric = ensemble_accuracy()
    metric.update_state(np.eye(3)[[0]], logits)
    assert float(metric.result()) == 1.0
    assert metric.name == "accuracy"


def test_accuracy_counts_photos() -> None:
    metric = ensemble_accuracy()
    metric.update_state(ONE_HOT, np.eye(3, dtype=np.float32)[[0, 1]][:, np.newaxis])
    assert float(metric.result()) == 0.5
