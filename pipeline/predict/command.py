"""The command `predict.py`: a line per image with the letter that a pushed model reads."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from components.pusher.versions import version_folders
from console.exit_status import ExitStatus
from console.flags import OneLineParser, local_folder
from console.keras_version import use_keras_3
from console.logs import set_up_logs
from core.errors import UserError, printable
from pipeline.predict.photo_file import check_size, no_image, read_image_bytes

_SAVED_MODEL_FILE = "saved_model.pb"


def predict_main(arguments: Sequence[str]) -> int:
    """Prints `file<TAB>letter<TAB>probability` for each image, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    try:
        images = [read_image_bytes(path) for path in flags.images]
        model = find_model(flags.model)
        for path, (letter, probability) in zip(flags.images, classify(model, flags.images, images), strict=True):
            print(f"{printable(path)}\t{letter}\t{probability:.4f}")
    except UserError as error:
        print(error, file=sys.stderr)
        return ExitStatus.USER_ERROR
    return ExitStatus.DONE


def find_model(folder: Path) -> Path:
    """Returns the SavedModel that a folder is, or the latest version in it.

    Raises:
        UserError: If there is none, or the folder may not be read.
    """
    try:
        if (folder / _SAVED_MODEL_FILE).is_file():
            return folder
        for version in reversed(version_folders(folder).values()):
            if (version / _SAVED_MODEL_FILE).is_file():
                return version
    except OSError as error:
        raise UserError(f"{folder}: cannot be read: {error.strerror}") from None
    raise UserError(f"{folder}: no pushed model there; give a version's folder, or the folder of versions")


def classify(model: Path, paths: Sequence[Path], images: Sequence[bytes]) -> Iterator[tuple[str, float]]:
    """Yields letter and probability of each encoded image.

    Args:
        model: A SavedModel's folder.
        paths: Where the images came from, for messages.
        images: PNG or JPEG bytes.

    Raises:
        UserError: If the model cannot be loaded, or an image is too large or cannot be decoded.
    """
    set_up_logs(verbose=False)
    use_keras_3()
    loaded = load_model(model)
    # Here, since it takes seconds: a missing file is told before them.
    import tensorflow as tf

    serve = loaded.signatures["serving_default"]
    # One at a time, so that a broken image is named, and those before it are answered.
    for path, image in zip(paths, images, strict=True):
        check_size(path, image)
        try:
            answer = serve(image=tf.constant([image]))
        except tf.errors.OpError:
            raise no_image(path) from None
        yield answer["letter"][0].numpy().decode(), float(answer["probability"][0])


def load_model(model: Path) -> Any:
    """Returns a SavedModel of this project, loaded; its `signatures` are functions by name.

    Raises:
        UserError: If it cannot be loaded or has other signatures.
    """
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(model))
        loaded.signatures["serving_default"]
    # Whatever TensorFlow stumbles over in files that were cut or edited, such as an IndexError.
    except Exception as error:
        reason = " ".join(str(error).split())  # TensorFlow's may have many lines.
        raise UserError(f"{model}: not a model of this project: {reason}") from None
    return loaded


def model_folder(text: str) -> Path:
    """Returns the folder that a command line names for a model.

    Raises:
        ArgumentTypeError: If it is a URI.
    """
    return local_folder(text, "; copy the model to a folder of this machine, and give that")


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="predict.py",
        description="Reads letters from photos. A model is a program with your rights: give one that you trust.",
    )
    parser.add_argument(
        "model",
        type=model_folder,
        metavar="MODEL",
        help="a pushed version, or the folder of versions, from a source that you trust",
    )
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="PNG or JPEG files")
    return parser
