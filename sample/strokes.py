"""Strokes as a hand repeats them, never twice the same: every stroke and every point moves on its own."""

import math

import numpy as np
from numpy.typing import NDArray

from sample.forms import Form, Stroke

# Standard deviations at a wildness of 1: of a point, a stroke's place and a straight line's middle,
# in x-heights; of the logarithm of a stroke's height and width; of its rotation, in radians.
_POINT_DEVIATION = 0.035
_PLACE_DEVIATION = 0.045
_BEND_DEVIATION = 0.03
_SIZE_DEVIATION = 0.07
_ROTATION_DEVIATION = 0.06
# A short stroke, such as a dot, moves less as a whole: to this share at no length at all.
_SHORT_STROKE_SHARE = 0.4
# How many strokes of straight lines come out a little bent.
_BENT_SHARE = 0.6
# Points on a curve between two of its given points, the first of these among them.
_CURVE_STEPS = 5

# A track is where the pen passed: float64 [n, 2], y and x, to be joined by straight lines.
Track = NDArray[np.float64]


def draw_tracks(form: Form, wildness: float, rng: np.random.Generator) -> list[Track]:
    """Returns the track of each stroke of a form, in x-heights.

    Args:
        form: One form of a letter.
        wildness: How far points and strokes go astray; 0 repeats the form as it is, 1 is usual.
        rng: Source of everything that moves.
    """
    return [_draw_track(stroke, wildness, rng) for stroke in form]


def curve_through(points: NDArray[np.float64]) -> Track:
    """Returns the Catmull-Rom curve through all points, from the first to the last.

    Args:
        points: float64 [n, 2], n of 2 or more.
    """
    # A curve needs a neighbour beyond each end; the end's own neighbour is mirrored there.
    first, last = 2 * points[0] - points[1], 2 * points[-1] - points[-2]
    a, b, c, d = (
        side[:, np.newaxis]
        for side in (np.vstack([first, points[:-2]]), points[:-1], points[1:], np.vstack([points[2:], last]))
    )
    t = (np.arange(_CURVE_STEPS) / _CURVE_STEPS)[:, np.newaxis]
    spans = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.vstack([spans.reshape(-1, 2), points[-1:]])


def _draw_track(stroke: Stroke, wildness: float, rng: np.random.Generator) -> Track:
    """Returns the track of one stroke."""
    points = _move(stroke.points, wildness, rng)
    if stroke.curved:
        return curve_through(points)
    if rng.uniform() < _BENT_SHARE:
        return _bend(points, wildness, rng)
    return points


def _move(points: NDArray[np.float64], wildness: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns the points, each moved, then all of them stretched, rotated and moved together."""
    moved = points + rng.normal(0, _POINT_DEVIATION * wildness, points.shape)
    middle = moved.mean(axis=0)
    stretch = np.exp(rng.normal(0, _SIZE_DEVIATION * wildness, 2))
    angle = rng.normal(0, _ROTATION_DEVIATION * wildness)
    cos, sin = math.cos(angle), math.sin(angle)
    share = min(1.0, _SHORT_STROKE_SHARE + np.ptp(points, axis=0).max())
    place = share * rng.normal(0, _PLACE_DEVIATION * wildness, 2)
    turned: NDArray[np.float64] = ((moved - middle) * stretch) @ np.array([[cos, -sin], [sin, cos]])
    return turned + middle + place


def _bend(points: NDArray[np.float64], wildness: float, rng: np.random.Generator) -> Track:
    """Returns straight lines, each a little bent by itself, so that corners stay corners."""
    middles = (points[:-1] + points[1:]) / 2
    middles = middles + rng.normal(0, _BEND_DEVIATION * wildness, middles.shape)
    sides = zip(points[:-1], middles, points[1:], strict=True)
    return np.vstack([curve_through(np.stack(side)) for side in sides])
