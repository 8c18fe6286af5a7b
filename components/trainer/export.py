"""The exported model: a SavedModel that takes encoded photos, with preprocessing and network in one graph.

Doubtful photos get a second look: by all members of the network, also shifted, for the time of a few.
"""

import tempfile
from pathlib import Path

import keras
import tensorflow as tf
import tensorflow_transform as tft

from components.finder import LEAST_FOUND
from components.trainer.model import first_member
from core import features
from core.labels import FIRST_LABEL, Labels

_IMAGES = tf.TensorSpec([None], tf.string, name="image")
# Right and down, in pixels.
_SHIFTS = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))


class LetterModel(tf.Module):
    """What is exported: the Transform graph, then the network, then the labels."""

    def __init__(
        self, network: keras.Model, transform_output: tft.TFTransformOutput, labels: Labels, second_look_below: float
    ):
        """Takes a trained network (`build_model`), the Transform graph before it, and what is looked at again."""
        super().__init__()
        # The same layers without the optimiser, whose state would be exported too and is as large as the network.
        self.network = keras.Model(network.input, network.output)
        self.first = first_member(network)
        self.second_look_below = second_look_below
        self.transform = transform_output.transform_features_layer()
        self.labels = tf.constant(labels)

    def look(self, encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns what the network reads, string [batch] to float32 [batch, 32, 32, 3], and whether it is a letter."""
        transformed = self.transform({features.IMAGE: encoded})
        return transformed[features.PIXELS], transformed[features.FOUND] >= LEAST_FOUND

    def probabilities(self, pixels: tf.Tensor, is_letter: tf.Tensor) -> tf.Tensor:
        """Returns each letter's probability, all 0 where there is no letter.

        Args:
            pixels: float32 [batch, 32, 32, 3].
            is_letter: bool [batch].

        Returns:
            float32 [batch, labels].
        """
        count = tf.shape(pixels)[0]
        # TensorFlow's convolution with oneDNN gives an empty batch the shape of its input, on which what follows fails.
        filler = tf.zeros([tf.cast(count == 0, tf.int32), *features.IMAGE_SHAPE])
        pixels = tf.concat([pixels, filler], axis=0)
        read = probabilities(self.network, self.first, pixels, self.second_look_below)[:count]
        return tf.where(is_letter[:, tf.newaxis], read, 0.0)

    @tf.function(input_signature=[_IMAGES])
    def classify(self, image: tf.Tensor) -> dict[str, tf.Tensor]:
        """Returns what is served for encoded photos, string [batch].

        Returns:
            `letter` (string [batch]), `label` (int64 [batch], from 1), `probability` (float32 [batch]) and
            `probabilities` (float32 [batch, labels], in the order of the labels). Where no letter is found, these are
            "", 0, 0 and zeros.
        """
        pixels, is_letter = self.look(image)
        probabilities = self.probabilities(pixels, is_letter)
        class_id = tf.argmax(probabilities, axis=1)
        return {
            "letter": tf.where(is_letter, tf.gather(self.labels, class_id), ""),
            "label": tf.where(is_letter, class_id + FIRST_LABEL, 0),
            "probability": tf.reduce_max(probabilities, axis=1),
            features.PROBABILITIES: probabilities,
        }

    @tf.function(input_signature=[_IMAGES])
    def transform_features(self, image: tf.Tensor) -> dict[str, tf.Tensor]:
        """Returns the pixels that the network sees of encoded photos, string [batch]."""
        return {features.PIXELS: self.look(image)[0]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def classify_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        """Returns the probabilities alone, for serialised tf.train.Examples, string [batch]: for the Evaluator."""
        spec = {features.IMAGE: tf.io.FixedLenFeature([], tf.string)}
        image = tf.io.parse_example(examples, spec)[features.IMAGE]
        return {features.PROBABILITIES: self.probabilities(*self.look(image))}


def export(
    network: keras.Model,
    transform_output: tft.TFTransformOutput,
    folder: str,
    *,
    labels: Labels,
    second_look_below: float = 0.0,
) -> None:
    """Writes a trained network (`build_model`) as a SavedModel with the signatures of `LetterModel`, by their names.

    Its assets hold the labels, for whoever reads its answers.
    """
    model = LetterModel(network, transform_output, labels, second_look_below)
    signatures = {
        features.SERVING_SIGNATURE: model.classify,
        features.TRANSFORM_SIGNATURE: model.transform_features,
        features.EXAMPLES_SIGNATURE: model.classify_examples,
    }
    with tempfile.TemporaryDirectory() as work:
        asset = Path(work) / features.LABELS_ASSET
        asset.write_text("".join(f"{label}\n" for label in labels), encoding="utf-8")
        model.labels_asset = tf.saved_model.Asset(str(asset))
        # Not Keras's own export: it has no place for the Transform graph's resources (TFX's examples save like this).
        tf.saved_model.save(model, folder, signatures=signatures)


def probabilities(network: keras.Model, first: keras.Model, pixels: tf.Tensor, below: float) -> tf.Tensor:
    """Returns each letter's probability for each photo; what one photo gets does not depend on the others.

    Args:
        network: To logits, float32 [batch, members, classes].
        first: Its first member, to logits, float32 [batch, classes].
        pixels: float32 [batch, 32, 32, 3] in [0, 1].
        below: Photos whose likeliest letter is less probable than this at first sight are looked at again; with 0,
            all members look at every photo once.

    Returns:
        float32 [batch, classes].
    """
    if not below:
        return tf.nn.softmax(tf.reduce_mean(network(pixels, training=False), axis=1))
    at_first = tf.nn.softmax(first(pixels, training=False))
    doubtful = tf.reduce_max(at_first, axis=1) < below

    def look_again() -> tf.Tensor:
        index = tf.where(doubtful)
        logits = mean_logits(network, tf.gather_nd(pixels, index))
        return tf.tensor_scatter_nd_update(at_first, index, tf.nn.softmax(logits))

    return tf.cond(tf.reduce_any(doubtful), look_again, lambda: at_first)


def mean_logits(network: keras.Model, pixels: tf.Tensor) -> tf.Tensor:
    """Returns the logits of photos, float32 [batch, classes]: the mean over all members and shifts."""

    def of_shift(shift: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(network(shifted(pixels, shift), training=False), axis=1)

    # One after the other, since all at once take five times the memory.
    each = tf.map_fn(of_shift, tf.constant(_SHIFTS), fn_output_signature=tf.float32, parallel_iterations=1)
    return tf.reduce_mean(each, axis=0)


def shifted(pixels: tf.Tensor, shift: tf.Tensor) -> tf.Tensor:
    """Returns photos moved right and down by -1, 0 or 1 pixel, int32 [2]; the row that comes in repeats the border."""
    padded = tf.pad(pixels, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    begin = tf.stack([0, 1 - shift[1], 1 - shift[0], 0])
    moved = tf.slice(padded, begin, [-1, features.IMAGE_SIDE, features.IMAGE_SIDE, -1])
    return tf.ensure_shape(moved, pixels.shape)
