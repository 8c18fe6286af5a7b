"""The networks: their size, what they return, and that they learn."""

import keras
import numpy as np
import pytest
from model_fixtures import random_photos
from pydantic import ValidationError

from components.letters import ALPHABET
from components.settings import ModelSettings
from components.trainer.model import build_model

STRIDED_WIDTHS = (32, 48, 64, 96, 128, 192)
NETWORKS = {
    "notebook": ModelSettings(architecture="notebook"),
    "strided": ModelSettings(architecture="strided", widths=STRIDED_WIDTHS, dropout=0.2),
    "residual": ModelSettings(architecture="residual", stem_width=16, stage_widths=(16, 32), dropout=0.2),
}


@pytest.mark.parametrize(("name", "parameters"), [("notebook", 1_140_801), ("strided", 438_017)])
def test_number_of_parameters(name: str, parameters: int) -> None:
    assert build_model(NETWORKS[name]).count_params() == parameters


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("batch", [1, 3])
def test_a_batch_of_photos_gives_a_logit_for_each_letter(name: str, batch: int) -> None:
    network = build_model(NETWORKS[name])
    logits = network(random_photos(batch, 0).pixels / np.float32(255))
    assert logits.shape == (batch, len(ALPHABET))
    assert logits.dtype == "float32"
    # Not probabilities: the loss and the export both apply the softmax.
    assert not np.allclose(np.sum(logits, axis=1), 1.0)


@pytest.mark.parametrize(
    "settings",
    [
        NETWORKS["notebook"],
        ModelSettings(architecture="strided", widths=(16, 32, 32, 64), dropout=0.2),
        NETWORKS["residual"],
    ],
    ids=lambda settings: settings.architecture,
)
def test_network_learns_one_batch_by_heart(settings: ModelSettings) -> None:
    keras.utils.set_random_seed(1)
    network = build_model(settings)
    network.compile(keras.optimizers.Adam(0.002), keras.losses.CategoricalCrossentropy(from_logits=True))
    photos = random_photos(3, 1)
    x = photos.pixels / np.float32(255)
    first, *_, last = (float(network.train_on_batch(x, photos.labels)) for _ in range(30))
    assert first > 2.5
    assert last < 0.6 * first


def test_dropout_is_for_training_only() -> None:
    network = build_model(NETWORKS["notebook"])
    x = random_photos(2, 0).pixels / np.float32(255)
    np.testing.assert_array_equal(network(x, training=False), network(x, training=False))
    assert not np.array_equal(network(x, training=True), network(x, training=True))


def test_widths_decide_the_number_of_convolutions() -> None:
    network = build_model(ModelSettings(architecture="strided", widths=(4, 8, 16)))
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [4, 8, 16]
    assert [layer.output.shape[1] for layer in convolutions] == [32, 16, 16]


def test_unknown_architecture_is_refused() -> None:
    with pytest.raises(ValidationError, match="architecture"):
        ModelSettings(architecture="transformer")
