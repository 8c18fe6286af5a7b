"""What a pushed model reads in photos, by Beam's RunInference; importing this module imports Beam and TensorFlow."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import tensorflow as tf
from apache_beam.ml.inference.base import ModelHandler

from pipeline.predict.command import load_model
from pipeline.predict.photo_file import NO_IMAGE
from pipeline.predict.photos import BadPhoto, Photo

# As many as keep both of two cores busy; the photos of one batch lie in memory together.
_BATCH = 256


class Reading(NamedTuple):
    """What a model reads in a photo; `truth` is the true letter, or empty."""

    file: str
    letter: str
    probability: float
    truth: str


class PushedModel(ModelHandler[Photo, Reading | BadPhoto, Any]):
    """A SavedModel of this project, asked by its `serving_default`."""

    def __init__(self, folder: Path):
        """Remembers the model's folder, which every worker must see."""
        super().__init__()
        self._folder = folder

    def load_model(self) -> Any:
        """See the base class."""
        return load_model(self._folder)

    def run_inference(
        self, batch: Sequence[Photo], model: Any, inference_args: Mapping[str, Any] | None = None
    ) -> Iterator[Reading | BadPhoto]:
        """See the base class. A photo that cannot be decoded spoils none of its batch."""
        del inference_args
        try:
            yield from _read(batch, model)
        except tf.errors.OpError:
            for photo in batch:
                yield _read_one(photo, model)

    def batch_elements_kwargs(self) -> Mapping[str, Any]:
        """See the base class."""
        return {"min_batch_size": 1, "max_batch_size": _BATCH}


def _read(batch: Sequence[Photo], model: Any) -> list[Reading]:
    answer = model.signatures["serving_default"](image=tf.constant([photo.image for photo in batch]))
    letters, probabilities = answer["letter"].numpy(), answer["probability"].numpy()
    return [
        Reading(photo.file, letter.decode(), float(probability), photo.letter)
        for photo, letter, probability in zip(batch, letters, probabilities, strict=True)
    ]


def _read_one(photo: Photo, model: Any) -> Reading | BadPhoto:
    try:
        return _read([photo], model)[0]
    except tf.errors.OpError:
        return BadPhoto(photo.file, NO_IMAGE)
