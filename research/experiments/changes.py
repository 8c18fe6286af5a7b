"""What no setting can express: mirrored letters, replaced papers, and the paper as a second target."""

import keras
import numpy as np
import tensorflow as tf

from components.trainer.model import MembersCrossentropy, ensemble_accuracy, logits_layers
from core.features import BACKGROUNDS
from schema.curated import read_labels

# Those that look about the same in a mirror, by the reference's author.
SYMMETRICAL = "жлмнопт" + "фхш"


def flip_symmetrical(photos: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Returns photos of which half of those of the symmetrical letters are mirrored.

    Args:
        photos: float32 [batch, side, side, 3].
        labels: float32 [batch, 33], one-hot.
        seed: int32 [2].
    """
    may_flip = tf.constant(np.isin(list(read_labels()), list(SYMMETRICAL)))
    drawn = tf.random.stateless_uniform([tf.shape(photos)[0]], seed) < 0.5
    flipped = drawn & tf.gather(may_flip, tf.argmax(labels, axis=1))
    return tf.where(flipped[:, tf.newaxis, tf.newaxis, tf.newaxis], photos[:, :, ::-1], photos)


# Wider than any stroke, so that the lightest pixel around one is paper.
_NEIGHBOURHOOD = 9
_SHARE = 0.5
_DARKEST_PAPER = 8 / 255


def replace_papers(photos: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Returns photos of which half have their ink on the paper of another photo of the batch.

    Ink is a filter before the paper: what it lets through is the photo divided by its paper.

    Args:
        photos: float32 [batch, side, side, 3] in [0, 1].
        seed: int32 [2].
    """
    papers = paper_of(photos)
    passed = tf.clip_by_value(photos / tf.maximum(papers, _DARKEST_PAPER), 0.0, 1.0)
    replaced = passed * tf.roll(papers, shift=1, axis=0)
    drawn = tf.random.stateless_uniform([tf.shape(photos)[0], 1, 1, 1], seed) < _SHARE
    return tf.where(drawn, replaced, photos)


def paper_of(photos: tf.Tensor) -> tf.Tensor:
    """Returns an estimate of the bare paper: the lightest pixels around each, smoothed.

    Args:
        photos: float32 [batch, side, side, 3].
    """
    lightest = tf.nn.max_pool2d(photos, _NEIGHBOURHOOD, 1, "SAME")
    return tf.nn.avg_pool2d(lightest, _NEIGHBOURHOOD, 1, "SAME")


_WEIGHT = 0.3


def with_paper_head(network: keras.Model) -> keras.Model:
    """Returns a model of two outputs, the letters' logits and the paper's, that trains `network` as well."""
    features = logits_layers(network)[0].input
    papers = keras.layers.Dense(len(BACKGROUNDS), name="paper")(features)
    return keras.Model(network.input, {"letters": network.output, "paper": papers})


def compile_with_paper(model: keras.Model, optimizer: keras.optimizers.Optimizer, label_smoothing: float) -> None:
    """Compiles what `with_paper_head` returned."""
    model.compile(
        optimizer=optimizer,
        loss={
            "letters": MembersCrossentropy(label_smoothing),
            "paper": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"letters": 1.0, "paper": _WEIGHT},
        metrics={"letters": [ensemble_accuracy()]},
    )


def one_hot_papers(backgrounds: np.ndarray) -> np.ndarray:
    """Returns papers, int64 [n], as float32 [n, 4]; all zero, and so without any loss, where there is none (-1)."""
    return (backgrounds[:, np.newaxis] == np.arange(len(BACKGROUNDS))).astype(np.float32)
