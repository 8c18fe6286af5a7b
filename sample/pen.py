"""The hand called `pen`: letters written stroke by stroke, each stroke never twice the same, in an ever new style."""

import math

import numpy as np
from numpy.typing import NDArray

from sample.forms import Form, Stroke, forms_of
from sample.glyphs import FARTHEST_INK, FIELD_SIDE, X_HEIGHT, GlyphFields

_WILDNESS_RANGE = (0.5, 1.4)
# The style comes on top of the pose, which every hand gets (`sample/distortion.py`).
_SIZE_RANGE = (0.85, 1.1)
_ASPECT_DEVIATION = 0.12
_SLANT_MEAN, _SLANT_DEVIATION = 0.03, 0.16
# What a font's letters have and a track has not: the width of a usual stroke, in field pixels.
_STROKE_WIDTH = 6
# The largest letter leaves this much of the field on each side for its ink.
_MARGIN = 10

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
# Longer lines are cut into pieces, so that each reaches few pixels.
_LONGEST_PIECE = 6.0
_WINDOW = 2 * int(FARTHEST_INK) + int(_LONGEST_PIECE) + 2

# Where a pen passed: float64 [n, 2], y and x, to be joined by straight lines.
Track = NDArray[np.float64]


def draw_pen_fields(letter: str, rng: np.random.Generator) -> GlyphFields:
    """Returns a random form of one of `LETTERS`, written as no other time."""
    forms = forms_of(letter)
    form, style = forms[rng.integers(len(forms))], _draw_style(rng)
    tracks = draw_tracks(form, rng.uniform(*_WILDNESS_RANGE), rng)
    tracks = _centred([track @ style.T for track in tracks])
    height, width = np.ceil(np.ptp(np.vstack(tracks), axis=0)) + _STROKE_WIDTH
    return GlyphFields(track_distance(tracks, FIELD_SIDE), None, (int(height), int(width)))


def _draw_style(rng: np.random.Generator) -> NDArray[np.float64]:
    """Returns float64 [2, 2] on (y, x), from x-heights to field pixels: size, aspect and slant."""
    size = X_HEIGHT * math.exp(rng.uniform(*np.log(_SIZE_RANGE)))
    stretch = math.exp(rng.normal(0, _ASPECT_DEVIATION))
    slant = rng.normal(_SLANT_MEAN, _SLANT_DEVIATION)
    # As in the pose: y runs downwards, and a positive slant moves the top to the right.
    return size * np.array([[1 / stretch, 0], [-slant / stretch, stretch]])


def _centred(tracks: list[Track]) -> list[Track]:
    """Returns the tracks in the middle of the field, shrunk if they would not fit into it."""
    everything = np.vstack(tracks)
    low, high = everything.min(axis=0), everything.max(axis=0)
    shrink = min(1.0, (FIELD_SIDE - 1 - 2 * _MARGIN) / (high - low).max())
    return [shrink * (track - (low + high) / 2) + (FIELD_SIDE - 1) / 2 for track in tracks]


def draw_tracks(form: Form, wildness: float, rng: np.random.Generator) -> list[Track]:
    """Returns the track of each stroke of a form, in x-heights; a wildness of 0 repeats it as it is, 1 is usual."""
    return [_draw_track(stroke, wildness, rng) for stroke in form]


def curve_through(points: NDArray[np.float64]) -> Track:
    """Returns the Catmull-Rom curve through all points, float64 [n, 2], n of 2 or more, from the first to the last."""
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
    return np.asarray(((moved - middle) * stretch) @ np.array([[cos, -sin], [sin, cos]]) + middle + place)


def _bend(points: NDArray[np.float64], wildness: float, rng: np.random.Generator) -> Track:
    """Returns straight lines, each a little bent by itself, so that corners stay corners."""
    middles = (points[:-1] + points[1:]) / 2
    middles = middles + rng.normal(0, _BEND_DEVIATION * wildness, middles.shape)
    sides = zip(points[:-1], middles, points[1:], strict=True)
    return np.vstack([curve_through(np.stack(side)) for side in sides])


def track_distance(tracks: list[Track], side: int) -> NDArray[np.float32]:
    """Returns how far each pixel of a square field is from the nearest of the tracks, which are inside it.

    Returns:
        float32 [side, side], in pixels: exact up to `FARTHEST_INK`, which stands for all that is farther.
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
    """Returns float32 [n, _WINDOW, _WINDOW]: from each pixel of a window to its piece (given from its corner)."""
    pixels = np.arange(_WINDOW, dtype=np.float32)
    y = pixels[:, np.newaxis] - starts[:, 0, np.newaxis, np.newaxis].astype(np.float32)
    x = pixels - starts[:, 1, np.newaxis, np.newaxis].astype(np.float32)
    step = (ends - starts).astype(np.float32)[..., np.newaxis, np.newaxis]
    # A point has no direction: its length of 0 must not divide.
    unit = step / np.maximum((step**2).sum(axis=1, keepdims=True), np.float32(1e-9))
    along = np.clip(y * unit[:, 0] + x * unit[:, 1], 0, 1)
    return np.asarray((y - along * step[:, 0]) ** 2 + (x - along * step[:, 1]) ** 2)
