"""The exported model: a SavedModel that takes encoded photos, with preprocessing and network in one graph."""

from collections.abc import Callable

import keras
import tensorflow as tf
import tensorflow_transform as tft

from components.trainer import second_look
from components.trainer.model import first_member
from core import features
from core.labels import FIRST_LABEL, Labels


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

    def pixels(self, encoded: tf.Tensor) -> tf.Tensor:
        """Returns what the network reads: string [batch] to float32 [batch, 32, 32, 3]."""
        return self.transform({features.IMAGE: encoded})[features.PIXELS]

    def probabilities(self, pixels: tf.Tensor) -> tf.Tensor:
        """Returns each letter's probability, float32 [batch, labels], for pixels, float32 [batch, 32, 32, 3]."""
        count = tf.shape(pixels)[0]
        # TensorFlow's convolution with oneDNN gives an empty batch the shape of its input, on which what follows fails.
        filler = tf.zeros([tf.cast(count == 0, tf.int32), *features.IMAGE_SHAPE])
        pixels = tf.concat([pixels, filler], axis=0)
        return second_look.probabilities(self.network, self.first, pixels, self.second_look_below)[:count]

    def classify(self, encoded: tf.Tensor) -> dict[str, tf.Tensor]:
        """Returns what is served for encoded photos, string [batch].

        Returns:
            `letter` (string [batch]), `label` (int64 [batch], from 1), `probability` (float32 [batch]) and
            `probabilities` (float32 [batch, labels], in the order of the labels).
        """
        probabilities = self.probabilities(self.pixels(encoded))
        class_id = tf.argmax(probabilities, axis=1)
        return {
            "letter": tf.gather(self.labels, class_id),
            "label": class_id + FIRST_LABEL,
            "probability": tf.reduce_max(probabilities, axis=1),
            features.PROBABILITIES: probabilities,
        }


def signatures(model: LetterModel) -> dict[str, Callable[..., dict[str, tf.Tensor]]]:
    """Returns the signatures of the exported model, by name.

    `serving_default` and `transform_features` take `image`, encoded photos; `serving_examples` takes `examples`,
    serialised tf.train.Examples, for the Evaluator; each is a string tensor [batch].
    """
    images = tf.TensorSpec([None], tf.string, name="image")
    examples = tf.TensorSpec([None], tf.string, name="examples")

    @tf.function(input_signature=[images])
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return model.classify(image)

    @tf.function(input_signature=[images])
    def transform_features(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return {features.PIXELS: model.pixels(image)}

    @tf.function(input_signature=[examples])
    def serve_examples(examples: tf.Tensor) -> dict[str, tf.Tensor]:
        spec = {features.IMAGE: tf.io.FixedLenFeature([], tf.string)}
        image = tf.io.parse_example(examples, spec)[features.IMAGE]
        return {features.PROBABILITIES: model.classify(image)[features.PROBABILITIES]}

    return {
        features.SERVING_SIGNATURE: serve,
        features.TRANSFORM_SIGNATURE: transform_features,
        features.EXAMPLES_SIGNATURE: serve_examples,
    }


def export(
    network: keras.Model,
    transform_output: tft.TFTransformOutput,
    folder: str,
    *,
    labels: Labels,
    second_look_below: float = 0.0,
) -> None:
    """Writes a trained network (`build_model`) as a SavedModel with the signatures of `signatures`."""
    model = LetterModel(network, transform_output, labels, second_look_below)
    # Not Keras's own export: it has no place for the Transform graph's resources (TFX's examples save like this).
    tf.saved_model.save(model, folder, signatures=signatures(model))
