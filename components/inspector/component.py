"""The Inspector as a component, so that TFX's cache answers for an unchanged model."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import tensorflow as tf
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact
from tfx.types.standard_artifacts import Examples, Model
from tfx.utils import path_utils

from components.example_gen.images import decode_image, encode_png
from components.inspector.inspection import Inspection, write_inspection
from components.inspector.mistakes import suspected_labels, worst_first
from components.inspector.occlusion import occlusion_maps
from components.inspector.robustness import Robustness, measure_robustness, write_robustness
from components.stored_photos import StoredPhotos, read_photos, split_patterns
from core import features
from core.features import EVAL_SPLIT, TEST_SPLIT

# As many as fill a screen or two.
_WORST = 60
_BATCH = 256

Signature = Callable[..., dict[str, tf.Tensor]]


class ModelInspection(artifact.Artifact):
    """A folder with what a model says of every eval and test photo (`read_inspection`)."""

    TYPE_NAME = "letters.ModelInspection"


@component
def Inspector(  # noqa: N802 (components are named as classes)
    examples: InputArtifact[Examples],
    model: InputArtifact[Model],
    inspection: OutputArtifact[ModelInspection],
    robustness_photos: Parameter[int],
    code_digest: Parameter[str],
) -> None:
    """Writes what a model says of the eval and test photos, blessed or not, and of changed test photos.

    Args:
        examples: ExampleGen's output.
        model: Trainer's output.
        inspection: Where it is written.
        robustness_photos: How many test photos are changed (`EvaluationSettings`).
        code_digest: Digest of the code; a part of the cache key.
    """
    del code_digest
    serve, transform = load_signatures(path_utils.serving_model_path(model.uri))
    photos = read_photos(split_patterns(examples, (EVAL_SPLIT, TEST_SPLIT)))
    write_inspection(inspect(photos, serve, transform), Path(inspection.uri))
    measured = inspect_changed(photos, robustness_photos, serve, transform)
    write_robustness(measured, Path(inspection.uri))


def inspect(photos: StoredPhotos, serve: Signature, transform: Signature) -> Inspection:
    """Returns what a model says of photos that it was not trained on.

    Args:
        photos: Of the eval and the test split.
        serve: The model's `serving_default`.
        transform: The model's `transform_features`.
    """
    probabilities = probabilities_of(serve, photos.images)
    suspected = suspected_labels(photos.class_ids, probabilities)
    test = np.flatnonzero(photos.splits == TEST_SPLIT)
    worst = test[worst_first(probabilities[test], photos.class_ids[test], _WORST)]
    misread = np.flatnonzero(probabilities.argmax(axis=1) != photos.class_ids)
    shown = np.unique(np.concatenate([worst, misread, suspected]))
    pixels = pixels_of(transform, [photos.images[row] for row in shown])

    def classify(pictures: np.ndarray) -> np.ndarray:
        return probabilities_of(serve, [encode_png(picture) for picture in pictures])

    return Inspection(
        splits=photos.splits,
        files=photos.files,
        ids=photos.ids,
        class_ids=photos.class_ids,
        slices=photos.slices,
        probabilities=probabilities,
        worst=worst,
        occlusion=occlusion_maps(pixels[np.searchsorted(shown, worst)], classify),
        shown=shown,
        pixels=pixels,
        suspected=suspected,
    )


def inspect_changed(photos: StoredPhotos, count: int, serve: Signature, transform: Signature) -> list[Robustness]:
    """Returns how a model reads test photos as people take them.

    Args:
        photos: Of the eval and the test split, or more.
        count: How many test photos at most; they are drawn at random among those in which a letter is found.
        serve: The model's `serving_default`.
        transform: The model's `transform_features`.
    """
    test = np.random.default_rng(0).permutation(np.flatnonzero(photos.splits == TEST_SPLIT))[:count]
    if not len(test):
        return []
    images = [photos.images[row] for row in test]
    found = probabilities_of(serve, images).any(axis=1)
    return measure_robustness(
        list(pixels_of(transform, images)[found]),
        photos.class_ids[test][found],
        partial(probabilities_of, serve),
        lambda encoded: [decode_image(each) for each in encoded],
        partial(pixels_of, transform),
    )


def probabilities_of(serve: Signature, images: Sequence[bytes]) -> np.ndarray:
    """Returns what `serving_default` answers: float32 [n, labels]."""
    return _in_batches(serve, images, features.PROBABILITIES)


def pixels_of(transform: Signature, images: Sequence[bytes]) -> np.ndarray:
    """Returns photos as the network reads them, through `transform_features`: uint8 [n, 32, 32, 3]."""
    scaled = _in_batches(transform, images, features.PIXELS)
    return np.rint(scaled * 255).astype(np.uint8)


def load_signatures(model: str) -> tuple[Signature, Signature]:
    """Returns a SavedModel's `serving_default` and `transform_features`."""
    loaded = tf.saved_model.load(model)

    # A signature does not keep its model alive; these functions do.
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return loaded.signatures[features.SERVING_SIGNATURE](image=image)

    def transform(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return loaded.signatures[features.TRANSFORM_SIGNATURE](image=image)

    return serve, transform


def _in_batches(signature: Signature, images: Sequence[bytes], output: str) -> np.ndarray:
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([signature(image=tf.constant(batch))[output].numpy() for batch in batches])
