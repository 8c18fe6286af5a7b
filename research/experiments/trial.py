"""One trial: a claim's training with one seed, judged by the eval split or by photos of others."""

import dataclasses
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from components.trainer.calibration import predict_logits
from components.trainer.dataset import evaluation_batches, steps_per_epoch, training_batches
from components.trainer.model import MembersCrossentropy, build_model, ensemble_accuracy, logits_layers
from components.trainer.optimizer import build_optimizer, schedule_callbacks
from components.trainer.photos import Mixture, Photos, Splits, draw_letters, mix
from core.features import BACKGROUNDS
from pipeline.config import Config
from research.benchmarks.photos import is_right
from research.experiments.claims import Change, Claim
from research.experiments.comparison import Trial
from schema.curated import read_labels

# ITU-R BT.601, as Pillow's and the reference's greyscale.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Those that look about the same in a mirror, by the reference's author.
SYMMETRICAL = "жлмнопт" + "фхш"
# Wider than any stroke, so that the lightest pixel around one is paper.
_NEIGHBOURHOOD = 9
_SHARE = 0.5
_DARKEST_PAPER = 8 / 255
# Of the paper as a second target, where the letter's is 1.
_WEIGHT = 0.3


def run_trial(claim: Claim, seed: int, splits: Splits) -> Trial:
    """Trains as a claim says, and counts the eval photos that are recognised after the last epoch.

    The test split is for nobody here.
    """
    config = claim.config(seed)
    if claim.change == "grey":
        splits = Splits(in_grey(splits.train), in_grey(splits.eval))
    started = time.monotonic()
    network = train_network(config, splits, claim.change)
    seconds = time.monotonic() - started
    logits = predict_logits(network, splits.eval, config.train.batch_size)
    right = int(is_right(logits, splits.eval).sum())
    keras.backend.clear_session()
    return Trial(claim.name, seed, right, len(splits.eval), round(seconds, 1))


def in_grey(photos: Photos) -> Photos:
    """Returns photos whose three channels are all their brightness."""
    grey = np.rint(photos.pixels @ _LUMA).astype(np.uint8)
    return dataclasses.replace(photos, pixels=np.repeat(grey[..., np.newaxis], 3, axis=3))


def train_network(
    config: Config, splits: Splits, change: Change = "", callbacks: Sequence[keras.callbacks.Callback] = ()
) -> keras.Model:
    """Returns a network with the weights of its last epoch: the same each time, by the recipe's seed.

    The callbacks are besides those of the schedule, which watch the eval split.
    """
    keras.utils.set_random_seed(config.train.seed)
    tf.config.experimental.enable_op_determinism()
    train = splits.train
    if change == "second target":
        train = dataclasses.replace(train, targets=np.hstack([train.targets, one_hot_papers(train.backgrounds)]))
    labels = read_labels()
    mixture = mix(train, draw_letters(config.train, labels), config.train)
    network = build_model(config.model, len(labels))
    steps = steps_per_epoch(mixture, config.train)
    trained = _compiled(network, config, change, steps)
    # Once an epoch, for the schedules that watch it; the second target's model has another output and none of them.
    watched = None if change == "second target" else evaluation_batches(splits.eval, config.train.batch_size)
    trained.fit(
        changed_batches(mixture, config, change),
        steps_per_epoch=steps,
        epochs=config.train.epochs,
        validation_data=watched,
        callbacks=[*schedule_callbacks(config.train), *callbacks],
        verbose=0,
    )
    return network


def _compiled(network: keras.Model, config: Config, change: Change, steps: int) -> keras.Model:
    optimizer, loss = build_optimizer(config.train, steps), MembersCrossentropy(config.train.label_smoothing)
    if change != "second target":
        network.compile(optimizer, loss, metrics=[ensemble_accuracy()])
        return network
    model = with_paper_head(network)
    model.compile(
        optimizer,
        loss={"letters": loss, "paper": keras.losses.CategoricalCrossentropy(from_logits=True)},
        loss_weights={"letters": 1.0, "paper": _WEIGHT},
        metrics={"letters": [ensemble_accuracy()]},
    )
    return model


def changed_batches(mixture: Mixture, config: Config, change: Change) -> tf.data.Dataset:
    """Returns the batches of `training_batches`, changed as a claim says."""
    batches = training_batches(mixture, config.train, config.augmentation)
    letters = len(read_labels())

    def changed(step: tf.Tensor, batch: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor | dict]:
        photos, labels = batch
        seed = tf.stack([tf.constant(config.train.seed, tf.int64), step])
        if change == "flips":
            photos = flip_symmetrical(photos, labels, seed)
        if change == "papers":
            photos = replace_papers(photos, seed)
        if change == "second target":
            return photos, {"letters": labels[:, :letters], "paper": labels[:, letters:]}
        return photos, labels

    if change in ("", "grey"):
        return batches
    return batches.enumerate().map(changed, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def flip_symmetrical(photos: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Returns photos, float32 [batch, side, side, 3], of which half of those of the symmetrical letters are mirrored.

    The labels are one-hot, float32 [batch, 33], the seed is int32 [2].
    """
    may_flip = tf.constant(np.isin(list(read_labels()), list(SYMMETRICAL)))
    drawn = tf.random.stateless_uniform([tf.shape(photos)[0]], seed) < 0.5
    flipped = drawn & tf.gather(may_flip, tf.argmax(labels, axis=1))
    return tf.where(flipped[:, tf.newaxis, tf.newaxis, tf.newaxis], photos[:, :, ::-1], photos)


def replace_papers(photos: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Returns photos, float32 [batch, side, side, 3] in [0, 1], of which half have their ink on the paper of another.

    Ink is a filter before the paper: what it lets through is the photo divided by its paper. The seed is int32 [2].
    """
    papers = paper_of(photos)
    passed = tf.clip_by_value(photos / tf.maximum(papers, _DARKEST_PAPER), 0.0, 1.0)
    replaced = passed * tf.roll(papers, shift=1, axis=0)
    drawn = tf.random.stateless_uniform([tf.shape(photos)[0], 1, 1, 1], seed) < _SHARE
    return tf.where(drawn, replaced, photos)


def paper_of(photos: tf.Tensor) -> tf.Tensor:
    """Returns the bare paper of photos, float32 [batch, side, side, 3]: the lightest pixels around each, smoothed."""
    lightest = tf.nn.max_pool2d(photos, _NEIGHBOURHOOD, 1, "SAME")
    return tf.nn.avg_pool2d(lightest, _NEIGHBOURHOOD, 1, "SAME")


def with_paper_head(network: keras.Model) -> keras.Model:
    """Returns a model of two outputs, the letters' logits and the paper's, that trains `network` as well."""
    features = logits_layers(network)[0].input
    papers = keras.layers.Dense(len(BACKGROUNDS), name="paper")(features)
    return keras.Model(network.input, {"letters": network.output, "paper": papers})


def one_hot_papers(backgrounds: np.ndarray) -> np.ndarray:
    """Returns papers, int64 [n], as float32 [n, 4]; all zero, and so without any loss, where there is none (-1)."""
    return (backgrounds[:, np.newaxis] == np.arange(len(BACKGROUNDS))).astype(np.float32)


class StopAfter(keras.callbacks.Callback):
    """Ends a training after the first batch that ends later than some seconds after its beginning."""

    def __init__(self, seconds: float):
        """Takes the seconds."""
        super().__init__()
        self._seconds = seconds
        self._end = float("inf")

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Starts the clock."""
        self._end = time.monotonic() + self._seconds

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Looks at the clock."""
        if time.monotonic() >= self._end:
            self.model.stop_training = True


def judged(
    config: Config, splits: Splits, unseen: Photos, callbacks: Sequence[keras.callbacks.Callback] = ()
) -> dict[str, float]:
    """Returns the accuracies of a network that is trained by a recipe, on the eval split and on unseen photos."""
    network = train_network(config, splits, callbacks=callbacks)
    size = config.train.batch_size
    found = {"accuracy on eval": accuracy(network, splits.eval, size), "accuracy": accuracy(network, unseen, size)}
    keras.backend.clear_session()
    return found


def accuracy(network: keras.Model, photos: Photos, batch_size: int) -> float:
    """Returns the fraction of photos that a network recognises."""
    return float(is_right(predict_logits(network, photos, batch_size), photos).mean())
