"""The networks, from pixels to one logit for each letter by one or several members, and what they are judged by."""

import keras
import tensorflow as tf

from components.settings import ModelSettings
from core.features import IMAGE_SHAPE

# Keras's own .99 remembers more steps than a short training has.
_BN_MOMENTUM = 0.9
# Of full scale: an empty photo stays empty, and its noise is not blown up.
_SMALLEST_DEVIATION = 8 / 255


def build_model(settings: ModelSettings, classes: int) -> keras.Model:
    """Returns an untrained network.

    Returns:
        A model from float32 [batch, 32, 32, 3] in [0, 1] to logits, float32 [batch, members, classes].
    """
    photos = keras.Input(IMAGE_SHAPE, name="pixels")
    build = {"notebook": _notebook, "residual": _residual}[settings.architecture]
    logits = [
        keras.layers.Dense(classes, name=_logits_layer(member))(features)
        for member, features in enumerate(build(photos, settings))
    ]
    stacked = keras.layers.Concatenate(axis=1)([keras.layers.Reshape((1, classes))(each) for each in logits])
    return keras.Model(photos, stacked, name=settings.architecture)


def first_member(network: keras.Model) -> keras.Model:
    """Returns the first member alone, sharing its weights: to logits, float32 [batch, classes]."""
    return keras.Model(network.input, network.get_layer(_logits_layer(0)).output)


def logits_layers(network: keras.Model) -> list[keras.layers.Dense]:
    """Returns the last layer of each member."""
    return [network.get_layer(_logits_layer(member)) for member in range(network.output_shape[1])]


def _logits_layer(member: int) -> str:
    return f"logits_{member}"


def _notebook(x: keras.KerasTensor, settings: ModelSettings) -> list[keras.KerasTensor]:
    """The reference: T. Snauwaert, "Deep_RU_letters" (2020); 1,140,801 parameters."""
    del settings
    for filters, kernel in ((32, 5), (64, 3)):
        for _ in range(2):
            x = keras.layers.Conv2D(filters, kernel, padding="same", activation="relu")(x)
        x = keras.layers.MaxPooling2D(2)(x)
        x = keras.layers.Dropout(0.25)(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(256, activation="relu")(x)
    return [keras.layers.Dropout(0.5)(x)]


def _residual(x: keras.KerasTensor, settings: ModelSettings) -> list[keras.KerasTensor]:
    """Members that differ in their first weights alone, which is most of what makes an ensemble.

    After S. Fort et al., "Deep Ensembles: A Loss Landscape Perspective" (2019).
    """
    x = _standardise(x)
    return [_member(x, settings) for _ in range(settings.members)]


def _member(x: keras.KerasTensor, settings: ModelSettings) -> keras.KerasTensor:
    """A 5x5 stem that halves the side, then stages of 3x3 convolutions with shortcuts.

    Nothing is convolved at full size, which would take half of all the time.
    """
    x = _convolve(x, settings.stem_width, kernel=5, stride=2)
    x = _convolve(x, settings.stage_widths[0])
    for width in settings.stage_widths[1:]:
        x = _convolve(x, width, stride=2)
        branch = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(_convolve(x, width))
        branch = _normalise()(branch)
        x = keras.layers.ReLU()(keras.layers.Add()([x, branch]))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.layers.Dropout(settings.dropout)(x)


def _standardise(x: keras.KerasTensor) -> keras.KerasTensor:
    """Each colour channel of each photo with mean 0 and deviation 1: pale ink becomes as clear as dark ink."""
    mean = keras.ops.mean(x, axis=(1, 2), keepdims=True)
    deviation = keras.ops.std(x, axis=(1, 2), keepdims=True)
    return (x - mean) / (deviation + _SMALLEST_DEVIATION)


def _normalise() -> keras.layers.Layer:
    # Where a strategy splits a batch, the statistics must stay those of the whole batch.
    return keras.layers.BatchNormalization(momentum=_BN_MOMENTUM, synchronized=tf.distribute.has_strategy())


def _convolve(x: keras.KerasTensor, width: int, kernel: int = 3, stride: int = 1) -> keras.KerasTensor:
    x = keras.layers.Conv2D(width, kernel, stride, padding="same", use_bias=False)(x)
    x = _normalise()(x)
    return keras.layers.ReLU()(x)


class MembersCrossentropy(keras.losses.Loss):
    """The mean cross-entropy of the members: each learns on its own, as if it were alone."""

    def __init__(self, label_smoothing: float = 0.0, name: str = "members_crossentropy"):
        """Takes the probability that is spread evenly over all letters."""
        super().__init__(name=name)
        self.label_smoothing = label_smoothing

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Returns float32 [batch] for one-hot labels [batch, classes] and logits [batch, members, classes]."""
        letters = y_pred.shape[-1]
        labels = y_true * (1.0 - self.label_smoothing) + self.label_smoothing / letters
        surprise = -keras.ops.log_softmax(y_pred, axis=-1) * keras.ops.expand_dims(labels, 1)
        return keras.ops.mean(keras.ops.sum(surprise, axis=-1), axis=1)


def ensemble_accuracy() -> keras.metrics.Metric:
    """Returns the metric `accuracy`: of the letter that the members choose together, by their mean logits."""
    return keras.metrics.MeanMetricWrapper(_right, name="accuracy")


def _right(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    return keras.metrics.categorical_accuracy(y_true, keras.ops.mean(y_pred, axis=1))
