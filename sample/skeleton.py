"""Thinning of a letter to the middle lines of its strokes: the track that a pen would follow."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

# Weights that number the neighbours of a pixel clockwise from above it, as bits 0..7.
_NEIGHBOUR_BITS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], dtype=np.int32)


def thin(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns the one-pixel skeleton of a mask, by the algorithm of Zhang and Suen (1984).

    Args:
        mask: bool [height, width], true inside the letter; all around it counts as false.

    Returns:
        bool [height, width]: connected where the mask is connected, with a pixel at least in each of its parts.
    """
    thinned = mask.copy()
    while True:
        before = thinned.sum()
        for half_step in range(2):
            codes = ndimage.correlate(thinned.astype(np.int32), _NEIGHBOUR_BITS, mode="constant")
            thinned &= ~_removable(half_step)[codes]
        if thinned.sum() == before:
            return thinned | _lost_dots(mask, thinned)


def _lost_dots(mask: NDArray[np.bool_], thinned: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns bool [height, width]: the centre of each part of the mask that has no skeleton.

    The algorithm erases squares of two pixels, and so round dots: ё would become е.
    """
    dots = np.zeros_like(mask)
    parts, count = ndimage.label(mask, np.ones((3, 3)))
    lost = [part for part in range(1, count + 1) if not (thinned & (parts == part)).any()]
    for y, x in ndimage.center_of_mass(mask, parts, lost):
        dots[round(y), round(x)] = True
    return dots


@cache
def _removable(half_step: int) -> NDArray[np.bool_]:
    """Returns bool [256]: whether a pixel with that neighbour code may go in that half step."""
    return np.array([_may_go(code, half_step) for code in range(256)])


def _may_go(code: int, half_step: int) -> bool:
    """Returns whether removing a pixel keeps its neighbours connected and stroke ends in place."""
    ring = [code >> bit & 1 for bit in range(8)]
    if not 2 <= sum(ring) <= 6:
        return False
    rises = sum(not here and after for here, after in zip(ring, ring[1:] + ring[:1], strict=True))
    up, right, down, left = ring[::2]
    if half_step == 0:
        exposed = not (up and right and down) and not (right and down and left)
    else:
        exposed = not (up and right and left) and not (up and down and left)
    return rises == 1 and exposed
