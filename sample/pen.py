"""The hand called `pen`: letters written stroke by stroke, in a style that each drawing chooses anew."""

import math

import numpy as np
from numpy.typing import NDArray

from sample.forms import forms_of
from sample.glyphs import FIELD_SIDE, X_HEIGHT, GlyphFields
from sample.strokes import Track, draw_tracks
from sample.track import track_distance

_WILDNESS_RANGE = (0.5, 1.4)
# The style comes on top of the pose, which every hand gets (`sample/distortion.py`).
_SIZE_RANGE = (0.85, 1.1)
_ASPECT_DEVIATION = 0.12
_SLANT_MEAN, _SLANT_DEVIATION = 0.03, 0.16
# What a font's letters have and a track has not: the width of a usual stroke, in field pixels.
_STROKE_WIDTH = 6
# The largest letter leaves this much of the field on each side for its ink.
_MARGIN = 10


def draw_pen_fields(letter: str, rng: np.random.Generator) -> GlyphFields:
    """Returns a random form of a letter, written as no other time.

    Args:
        letter: One letter of the alphabet.
        rng: Source of the form, of the style and of what goes astray.
    """
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
