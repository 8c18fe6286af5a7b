"""A pushed model, and what it reads in photos. Importing this module imports nothing heavy."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from components.pusher.versions import GRAPH_FILE, version_folders
from core.errors import UserError
from core.features import LABELS_ASSET, SERVING_SIGNATURE
from core.labels import Labels
from pipeline.predict.photos import NO_IMAGE, Photo
from schema.curated import read_labels

NO_LETTER = "no letter is found in it"

# As many as keep both of two cores busy; the photos of one batch lie in memory together.
BATCH = 256


class Reading(NamedTuple):
    """What a model reads in a photo.

    Attributes:
        file: The photo's name.
        letter: What is read; empty where nothing could be.
        probability: The letter's.
        truth: The letter that it is known to show, or empty.
        reason: Why nothing could be read, or empty.
    """

    file: str
    letter: str = ""
    probability: float = 0.0
    truth: str = ""
    reason: str = ""


def find_model(folder: Path) -> Path:
    """Returns the SavedModel that a folder is, or the latest version in it.

    Raises:
        UserError: If there is none, or the folder may not be read.
    """
    try:
        for candidate in (folder, *reversed(version_folders(folder).values())):
            if (candidate / GRAPH_FILE).is_file():
                return candidate
    except OSError as error:
        raise UserError(f"{folder}: cannot be read: {error.strerror}") from None
    raise UserError(f"{folder}: no pushed model there; give a version's folder, or the folder of versions")


def labels_of(model: Path) -> Labels:
    """Returns the labels of a SavedModel.

    Raises:
        UserError: If the file that names them cannot be read.
    """
    file = model / "assets" / LABELS_ASSET
    if not file.exists():
        # Older versions of this program wrote none, and knew one schema.
        return read_labels()
    try:
        return tuple(file.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: cannot be read: {error}") from None


def load_model(model: Path) -> Any:
    """Returns a SavedModel of this project, loaded; its `signatures` are functions by name.

    Raises:
        UserError: If it cannot be loaded or has other signatures.
    """
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(model))
        loaded.signatures[SERVING_SIGNATURE]
    # Whatever TensorFlow stumbles over in files that were cut or edited, such as an IndexError.
    except Exception as error:
        reason = " ".join(str(error).split())  # TensorFlow's may have many lines.
        raise UserError(f"{model}: not a model of this project: {reason}") from None
    return loaded


def read_letters(model: Any, photos: Iterable[Photo]) -> Iterator[Reading]:
    """Yields what a loaded model reads in each photo, in their order; they are read as they are asked for."""
    pending = iter(photos)
    while batch := list(itertools.islice(pending, BATCH)):
        yield from read_batch(model, batch)


def read_batch(model: Any, photos: Sequence[Photo]) -> list[Reading]:
    """Returns what a loaded model reads in each photo; one that cannot be decoded spoils none of the others."""
    import tensorflow as tf

    try:
        answers = iter(_answers(model, [photo.image for photo in photos if not photo.reason]))
    except tf.errors.OpError:
        if len(photos) > 1:
            return [reading for photo in photos for reading in read_batch(model, [photo])]
        return [Reading(photos[0].file, reason=NO_IMAGE)]
    return [
        Reading(photo.file, reason=photo.reason) if photo.reason else _reading(photo, *next(answers))
        for photo in photos
    ]


def _reading(photo: Photo, letter: str, probability: float) -> Reading:
    return Reading(photo.file, letter, probability, photo.truth, "" if letter else NO_LETTER)


def _answers(model: Any, images: list[bytes]) -> list[tuple[str, float]]:
    import tensorflow as tf

    if not images:
        return []
    answer = model.signatures[SERVING_SIGNATURE](image=tf.constant(images))
    letters, probabilities = answer["letter"].numpy(), answer["probability"].numpy()
    return [(letter.decode(), float(probability)) for letter, probability in zip(letters, probabilities, strict=True)]
