"""The distance of each pixel of a field from a pen's track."""

import numpy as np
from numpy.typing import NDArray

from sample.glyphs import FARTHEST_INK

# Longer lines are cut into pieces, so that each reaches few pixels.
_LONGEST_PIECE = 6.0
_WINDOW = 2 * int(FARTHEST_INK) + int(_LONGEST_PIECE) + 2

# Where a pen passed: float64 [n, 2], y and x, to be joined by straight lines.
Track = NDArray[np.float64]


def track_distance(tracks: list[Track], side: int) -> NDArray[np.float32]:
    """Returns how far each pixel of a square field is from the nearest track.

    Args:
        tracks: In pixels, inside the field.
        side: Pixels along the field.

    Returns:
        float32 [side, side]: exact up to `FARTHEST_INK`, which stands for all that is farther.
    """
    starts, ends = _pieces(tracks)
    corners = np.clip(np.round((starts + ends - _WINDOW) / 2), 0, side - _WINDOW).astype(np.int64)
    squares = np.full((side, side), FARTHEST_INK**2, np.float32)
    for (y, x), near in zip(corners.tolist(), _squared_distances(starts - corners, ends - corners), strict=True):
        window = squares[y : y + _WINDOW, x : x + _WINDOW]
        np.minimum(window, near, out=window)
    return np.sqrt(squares)


def _pieces(tracks: list[Track]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the starts and the ends of all lines, float64 [n, 2] each, none longer than a piece."""
    starts = np.concatenate([track[:-1] for track in tracks])
    steps = np.concatenate([track[1:] for track in tracks]) - starts
    counts = np.ceil(np.hypot(*steps.T) / _LONGEST_PIECE).astype(np.int64).clip(1)
    line = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    steps = (steps / counts[:, np.newaxis])[line]
    starts = starts[line] + number[:, np.newaxis] * steps
    return starts, starts + steps


def _squared_distances(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float32]:
    """Returns float32 [n, _WINDOW, _WINDOW]: from each pixel of a window to that window's piece.

    Args:
        starts: float64 [n, 2]: y and x from each window's first pixel.
        ends: Likewise.
    """
    pixels = np.arange(_WINDOW, dtype=np.float32)
    y = pixels[:, np.newaxis] - starts[:, 0, np.newaxis, np.newaxis].astype(np.float32)
    x = pixels - starts[:, 1, np.newaxis, np.newaxis].astype(np.float32)
    step = (ends - starts).astype(np.float32)[..., np.newaxis, np.newaxis]
    # A point has no direction: its length of 0 must not divide.
    unit = step / np.maximum((step**2).sum(axis=1, keepdims=True), np.float32(1e-9))
    along = np.clip(y * unit[:, 0] + x * unit[:, 1], 0, 1)
    squares: NDArray[np.float32] = (y - along * step[:, 0]) ** 2 + (x - along * step[:, 1]) ** 2
    return squares
