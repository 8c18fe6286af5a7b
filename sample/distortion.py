"""How a letter lies in its photo: size, aspect, slant, rotation, place, and the hand's wobble."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample.glyphs import FIELD_SIDE, X_HEIGHT
from sample.raster import fine_positions, smooth_noise

# Ranges seen in the photos; lengths in photo pixels, angles in degrees, the rest ratios.
_X_HEIGHT_RANGE = (8.5, 18.0)
_ASPECT_RANGE = (0.8, 1.3)
# The fonts already lean right by 5 to 20 degrees; the writer leans a little more or less.
_SLANT_RANGE = (-12.0, 20.0)
_ROTATION_RANGE = (-12.0, 12.0)
# A letter that would be larger is shrunk to this share of the photo: none is cut off.
_LARGEST_SHARE = 0.86
_SHIFT_DEVIATION = 1.6
_FREE_MARGIN = 0.5
# Wobble in field pixels (x-height 40), with 3 to 5 independent values across the letter.
_WOBBLE_RANGE = (0.5, 3.6)
_WOBBLE_CELLS = (3, 6)


@dataclass(frozen=True)
class Pose:
    """A letter's place in its photo.

    Attributes:
        matrix: float64 [2, 2], from (y, x) in field pixels to (y, x) in photo pixels.
        centre: (y, x) of the letter's centre in photo pixels from the photo's centre.
    """

    matrix: NDArray[np.float64]
    centre: tuple[float, float]

    @property
    def scale(self) -> float:
        """Photo pixels along a field pixel: the root of the matrix's determinant."""
        (a, b), (c, d) = self.matrix
        return math.sqrt(a * d - b * c)


def draw_pose(extent: tuple[int, int], shape: tuple[int, int], rng: np.random.Generator) -> Pose:
    """Returns a random pose in which a letter of an extent, in field pixels, is wholly inside a photo of a shape."""
    matrix = _draw_matrix(rng)
    size = np.abs(matrix) @ np.array(extent)
    shrink = min(1.0, (_LARGEST_SHARE * np.array(shape) / size).min())
    room = np.maximum((np.array(shape) - shrink * size) / 2 - _FREE_MARGIN, 0)
    y, x = np.clip(rng.normal(0, _SHIFT_DEVIATION, 2), -room, room)
    return Pose(shrink * matrix, (float(y), float(x)))


def _draw_matrix(rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns float64 [2, 2] on (y, x): a random scale, aspect and slant, then a rotation."""
    scale = rng.uniform(*_X_HEIGHT_RANGE) / X_HEIGHT
    stretch = math.sqrt(rng.uniform(*_ASPECT_RANGE))
    slant = math.tan(math.radians(rng.uniform(*_SLANT_RANGE)))
    angle = math.radians(rng.uniform(*_ROTATION_RANGE))
    cos, sin = math.cos(angle), math.sin(angle)
    # y runs downwards, so what is above the middle moves right where the slant is positive.
    upright = scale * np.array([[1 / stretch, 0], [-slant / stretch, stretch]])
    return np.asarray(np.array([[cos, sin], [-sin, cos]]) @ upright)


def field_positions(pose: Pose, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns where in the letter's field each fine pixel of a photo of a shape lies, a random wobble included.

    Returns:
        float64 [2, FINE * height, FINE * width]: y and x in field pixels.
    """
    y, x = fine_positions(shape)
    y, x = y - pose.centre[0], x - pose.centre[1]
    # Inverted by hand: a linear algebra library would wake its threads for four numbers.
    (a, b), (c, d) = pose.matrix / pose.scale**2
    straight = np.stack([d * y - b * x, a * x - c * y]) + (FIELD_SIDE - 1) / 2
    size, cells = rng.uniform(*_WOBBLE_RANGE), int(rng.integers(*_WOBBLE_CELLS))
    wobble = [smooth_noise(straight.shape[1:], cells, rng) for _ in range(2)]
    return np.asarray(straight + size * np.stack(wobble))
