"""Many square photos at once as arrays, for training."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.features import IMAGE_SHAPE
from sample.parameters import Parameters
from sample.photos import draw_photo
from sample.processes import DEFAULT_WORKERS, Numbered, in_processes

# Photos are opaque: what follows red, green and blue tells nothing.
_CHANNELS = IMAGE_SHAPE[2]


def draw_squares(parameters: Parameters, workers: int = DEFAULT_WORKERS) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Returns the photos of a sample, letter by letter, but all of one size.

    Args:
        parameters: What the sample is made from.
        workers: Processes that draw; any number gives the same photos. 1 draws in this one.

    Returns:
        The photos, uint8 [n, 32, 32, 3], and their class ids, int64 [n].

    Raises:
        UserError: If `workers` is below 1, or a process that draws is killed.
    """
    shares = in_processes(_squares, parameters, workers)
    photos = np.concatenate([np.frombuffer(share, np.uint8) for share in shares])
    class_ids = np.repeat(np.arange(len(parameters.labels), dtype=np.int64), parameters.per_letter)
    return photos.reshape(-1, *IMAGE_SHAPE), class_ids


def _squares(parameters: Parameters, photos: Iterable[Numbered]) -> bytes:
    """Returns uint8 [n, 32, 32, 3] as bytes."""
    drawn = (draw_photo(parameters, *numbered, square=True) for numbered in photos)
    return b"".join(pixels[..., :_CHANNELS].tobytes() for pixels in drawn)
