"""What a model looked at: how much less sure it is of its answer when a part of the photo is hidden.

After M. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks" (2014). It needs nothing but
the served answers, so it is true of what is served, second looks and calibration included.
"""

import itertools
from collections.abc import Callable

import numpy as np

from core.features import IMAGE_SIDE

# Pixels. A stroke is two or three wide: a patch hides a stroke or a crossing, not a letter.
_PATCH = 8
_STEP = 4

# From uint8 [n, 32, 32, 3] to float32 [n, 33].
Classifier = Callable[[np.ndarray], np.ndarray]


def occlusion_maps(pixels: np.ndarray, classify: Classifier) -> np.ndarray:
    """Returns how much each pixel bears out the letter that a photo was read as.

    Args:
        pixels: uint8 [n, 32, 32, 3].
        classify: The served model.

    Returns:
        float32 [n, 32, 32]: the mean fall of that letter's probability over all patches that hide the pixel; below
        0 where hiding makes the model surer.
    """
    places = _places()
    whole = classify(pixels)
    answers = whole.argmax(axis=1)
    hidden = classify(np.concatenate([_hide(pixels, place) for place in places])).reshape(len(places), *whole.shape)
    rows = np.arange(len(pixels))
    falls = whole[rows, answers] - hidden[:, rows, answers]
    total = np.zeros((len(pixels), IMAGE_SIDE, IMAGE_SIDE), np.float32)
    covered = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32)
    for (down, across), fall in zip(places, falls, strict=True):
        total[:, down, across] += fall[:, np.newaxis, np.newaxis]
        covered[down, across] += 1
    return total / covered


def _places() -> list[tuple[slice, slice]]:
    starts = range(0, IMAGE_SIDE - _PATCH + 1, _STEP)
    return [(slice(y, y + _PATCH), slice(x, x + _PATCH)) for y, x in itertools.product(starts, starts)]


def _hide(pixels: np.ndarray, place: tuple[slice, slice]) -> np.ndarray:
    down, across = place
    hidden = pixels.copy()
    # The median over a photo is the colour of its paper: most of it is.
    hidden[:, down, across] = np.median(pixels, axis=(1, 2), keepdims=True).astype(np.uint8)
    return hidden
