"""The fine grid that everything is drawn on, its reduction to photo pixels, and smooth noise."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Fine pixels along a photo pixel: strokes and lines come out evenly grey at their edges.
FINE = 4


def fine_positions(shape: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the places of the fine pixels' centres, in pixels from the centre of a photo of a shape (height, width).

    Returns:
        y as float64 [FINE * height, 1] and x as float64 [1, FINE * width].
    """
    y, x = ((np.arange(FINE * side) + 0.5) / FINE - side / 2 for side in shape)
    return y[:, np.newaxis], x[np.newaxis, :]


def reduce(fine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the mean over each photo pixel: [FINE * height, FINE * width] to [height, width]."""
    height, width = fine.shape[0] // FINE, fine.shape[1] // FINE
    # One axis at a time is several times as fast as both at once.
    rows = fine.reshape(height, FINE, width * FINE).mean(axis=1)
    return np.asarray(rows.reshape(height, width, FINE).mean(axis=2))


def smooth_noise(shape: tuple[int, ...], cells: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns noise that changes over about 1 / `cells` of the array: float64 [height, width], mostly in -1..1."""
    values = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
    height, width = shape
    resized = Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(resized, dtype=np.float64)
