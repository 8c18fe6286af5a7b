"""The finder's training: the written weights are the network's, and a little training lowers the loss."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from components import finder
from research.finder.training import build_network, loss_of, train, write_weights


def _scenes(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Dark squares on white paper that fills the view, without a scene's variety."""
    rng = np.random.default_rng(0)
    pixels = np.full((count, 64, 64, 3), 240, np.uint8)
    corner, side = rng.integers(4, 30, (count, 2)), rng.integers(12, 30, count)
    for index, ((x, y), size) in enumerate(zip(corner, side, strict=True)):
        pixels[index, y : y + size, x : x + size] = 40
    box = np.concatenate([corner, corner + side[:, None]], axis=1).astype(np.float32) / 64
    paper = np.tile(np.float32([0, 0, 1, 1]), (count, 1))
    return pixels, box, paper, np.ones(count, bool), np.zeros(count, bool)


def test_written_weights_give_what_the_network_gives(tmp_path: Path, monkeypatch) -> None:
    keras.utils.set_random_seed(3)
    network = build_network()
    # As after a training: means and variances of the batch normalisation that are not 0 and 1.
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            rng = np.random.default_rng(1)
            layer.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    write_weights(network, tmp_path / "weights.npz")
    monkeypatch.setattr(finder, "WEIGHTS", tmp_path / "weights.npz")
    views = tf.constant(np.random.default_rng(2).random((3, 64, 64, 3)), tf.float32)
    cells, none = network(views, training=False)
    logits = tf.concat([tf.reshape(cells[..., 0], [3, -1]), none], axis=1)
    found = finder.locate(views, finder.read_weights())
    # Written as float16.
    np.testing.assert_allclose(found.probability, 1 - tf.nn.softmax(logits)[:, -1], atol=0.02)


@pytest.mark.long
def test_training_lowers_the_loss() -> None:
    keras.utils.set_random_seed(3)
    pixels, box, paper, found, is_light = _scenes(256)

    def loss(network: keras.Model) -> float:
        outputs = network(pixels[:64].astype(np.float32) / 255, training=True)
        return float(loss_of(outputs, box[:64], paper[:64], np.ones(64, np.float32), np.zeros(64, np.float32)))

    before = loss(build_network())
    assert loss(train(pixels, box, paper, found, is_light, epochs=6)) < 0.8 * before
