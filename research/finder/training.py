"""Trains the finder's network and writes its weights."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from components.cutting import VIEW_SIDE
from components.finder import CELLS

# At each cell: how likely the letter's middle is there, its four edges, light ink, the paper's four edges.
OUTPUTS = 10
# In sizes of the letter: how far beyond it the paper's edges are asked for.
_PAPER_REACH = 1.0
_PAPER_WEIGHT = 3.0
_BATCH = 128
_NAMES = ("stem", "fine", "middle", "coarse", "whole", "wide", "shared")


def build_network() -> keras.Model:
    """Returns the network: float32 [batch, 64, 64, 3] in [0, 1] to [batch, 16, 16, 10] and [batch, 1] (no letter)."""
    view = keras.Input((VIEW_SIDE, VIEW_SIDE, 3))
    # Without scale and offset of its own: the weights that are written hold both.
    fine = _block(_block(view - 0.5, 12, 2, "stem"), 24, 2, "fine")
    middle = _block(fine, 48, 2, "middle")
    coarse = _block(middle, 64, 2, "coarse")
    whole = _block(coarse, 64, 1, "whole")
    wide = _block(layers.Concatenate()([layers.UpSampling2D()(whole), middle]), 32, 1, "wide", size=3)
    shared = _block(layers.Concatenate()([layers.UpSampling2D()(wide), fine]), 32, 1, "shared", size=1)
    cells = layers.Conv2D(OUTPUTS, 1, name="cells")(shared)
    none = layers.Dense(1, name="none")(
        layers.Concatenate()([layers.GlobalAveragePooling2D()(whole), layers.GlobalMaxPooling2D()(shared)])
    )
    return keras.Model(view, [cells, none])


def _block(inputs: Any, filters: int, stride: int, name: str, size: int = 3) -> Any:
    outputs = layers.Conv2D(filters, size, stride, padding="same", use_bias=False, name=name)(inputs)
    return layers.ReLU()(layers.BatchNormalization(name=f"{name}_norm")(outputs))


def loss_of(
    outputs: Sequence[tf.Tensor], box: tf.Tensor, paper: tf.Tensor, found: tf.Tensor, is_light: tf.Tensor
) -> tf.Tensor:
    """Returns the mean loss of a batch: where the letter is (or that there is none), edges, ink."""
    cells, none = outputs
    batch = tf.shape(box)[0]
    left, top, right, bottom = tf.unstack(box, axis=1)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    places = (tf.range(CELLS, dtype=tf.float32) + 0.5) / CELLS
    # As near to the middle as a fifth of the letter, and a cell at least.
    reach_x, reach_y = (0.15 * size[:, None] + 0.4 / CELLS for size in (right - left, bottom - top))
    near_x = tf.exp(-0.5 * tf.square((places[None] - middle_x[:, None]) / reach_x))
    near_y = tf.exp(-0.5 * tf.square((places[None] - middle_y[:, None]) / reach_y))
    near = tf.reshape(near_y[:, :, None] * near_x[:, None, :], [batch, -1])
    near = near / tf.reduce_sum(near, axis=1, keepdims=True) * found[:, None]
    target = tf.concat([near, 1 - found[:, None]], axis=1)
    logits = tf.concat([tf.reshape(cells[..., 0], [batch, -1]), none], axis=1)
    where = tf.nn.softmax_cross_entropy_with_logits(target, logits)
    edges = tf.reshape(cells[..., 1:5], [batch, -1, 4])
    grid_y, grid_x = tf.meshgrid(places, places, indexing="ij")
    grid = tf.reshape(tf.stack([grid_x, grid_y, grid_x, grid_y], axis=-1), [1, -1, 4])
    # Relative to the letter's size: a cell's error is nothing for a large letter and much for a small one.
    size = tf.maximum(right - left, bottom - top)[:, None, None] + 0.02
    papers = tf.reshape(cells[..., 6:10], [batch, -1, 4])
    # Farther edges are beyond what is cut out.
    reach = _PAPER_REACH * size * tf.constant([-1.0, -1.0, 1.0, 1.0])
    paper = tf.clip_by_value(paper[:, None], *_ordered(box[:, None], box[:, None] + reach))

    def missed(edges: tf.Tensor, truth: tf.Tensor) -> tf.Tensor:
        off = (grid + edges - truth) / size
        return tf.reduce_sum(near * tf.reduce_sum(_huber(off), axis=2), axis=1)

    boxes = missed(edges, box[:, None]) + _PAPER_WEIGHT / 4 * missed(papers, paper)
    sides = tf.nn.sigmoid_cross_entropy_with_logits(
        tf.broadcast_to(is_light[:, None], [batch, CELLS * CELLS]), tf.reshape(cells[..., 5], [batch, -1])
    )
    polarity = tf.reduce_sum(near * sides, axis=1)
    return tf.reduce_mean(where + 4 * boxes + polarity)


def _ordered(first: tf.Tensor, second: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return tf.minimum(first, second), tf.maximum(first, second)


def _huber(off: tf.Tensor) -> tf.Tensor:
    size = tf.abs(off)
    return tf.where(size < 0.1, 5 * tf.square(off), size - 0.05)


def train(
    pixels: np.ndarray, box: np.ndarray, paper: np.ndarray, found: np.ndarray, is_light: np.ndarray, *, epochs: int
) -> keras.Model:
    """Returns the network, trained on scenes (see `research.finder.scenes.Scene` for the arrays)."""
    keras.utils.set_random_seed(1)
    network = build_network()
    steps = len(pixels) // _BATCH
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, epochs * steps - steps // 2, alpha=0.005, warmup_target=3e-3, warmup_steps=steps // 2
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.004)

    @tf.function
    def step(pixels: tf.Tensor, box: tf.Tensor, paper: tf.Tensor, found: tf.Tensor, is_light: tf.Tensor) -> tf.Tensor:
        view, box, paper = _varied(tf.cast(pixels, tf.float32) / 255, box, paper)
        with tf.GradientTape() as tape:
            loss = loss_of(network(view, training=True), box, paper, found, is_light)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    rng = np.random.default_rng(1)
    for epoch in range(epochs):
        order = rng.permutation(len(pixels))
        losses = [
            step(pixels[part], *(each[part].astype(np.float32) for each in (box, paper, found, is_light)))
            for part in np.array_split(order[: steps * _BATCH], steps)
        ]
        print(f"epoch {epoch + 1}: loss {np.mean([float(loss) for loss in losses]):.3f}", flush=True)
    return network


def _varied(view: tf.Tensor, box: tf.Tensor, paper: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Returns a batch with other colours, and mirrored by chance: mirrored letters are found in the same way."""
    count = tf.shape(view)[0]
    gain = tf.random.uniform([count, 1, 1, 3], 0.85, 1.15)
    view = tf.clip_by_value(view * gain + tf.random.uniform([count, 1, 1, 3], -0.06, 0.06), 0, 1)
    view = tf.gather(view, tf.random.shuffle(tf.range(3)), axis=3)
    mirror = tf.random.uniform([count]) < 0.3
    view = tf.where(mirror[:, None, None, None], view[:, :, ::-1], view)

    def mirrored(edges: tf.Tensor) -> tf.Tensor:
        turned = tf.stack([1 - edges[:, 2], edges[:, 1], 1 - edges[:, 0], edges[:, 3]], axis=1)
        return tf.where(mirror[:, None], turned, edges)

    return view, mirrored(box), mirrored(paper)


def write_weights(network: keras.Model, path: Path) -> None:
    """Writes the weights, float16, with the batch normalisation folded into the convolutions."""
    arrays = {}
    for name in _NAMES:
        kernel = network.get_layer(name).get_weights()[0]
        norm = network.get_layer(f"{name}_norm")
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        arrays[f"{name}_kernel"] = (kernel * scale).astype(np.float16)
        arrays[f"{name}_bias"] = (beta - mean * scale).astype(np.float16)
    for name in ("cells", "none"):
        kernel, bias = network.get_layer(name).get_weights()
        arrays[f"{name}_kernel"], arrays[f"{name}_bias"] = kernel.astype(np.float16), bias.astype(np.float16)
    np.savez_compressed(path, **arrays)
