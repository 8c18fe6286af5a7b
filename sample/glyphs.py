"""Distance fields of the fonts' letters, from which strokes of any width can be drawn."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from sample.parameters import font_path

# Field pixels. About three times the x-height in a finished photo, so that steps do not show.
X_HEIGHT = 40
# Holds the largest letter (ф of Pacifico) with room for a thick stroke around it.
FIELD_SIDE = 160
# No ink lies farther than this from a pen's track or outside an outline: more than the widest stroke
# under the strongest pressure, and its soft edge.
FARTHEST_INK = 8.0
# The hair lines of Great Vibes are about one pixel wide; half coverage would break them.
_INSIDE_COVERAGE = 0.3

# Of the fonts that have a choice of weights; the others keep their lightest or only one.
_WEIGHTS = {"cormorant": 500, "jost": 400, "nunito": 400, "yanone-kaffeesatz": 300}
# н has neither ascender nor descender in any of the fonts, so its height is the x-height.
_X_HEIGHT_LETTER = "н"
# The size at which the x-height is measured: large enough that rounding to pixels is below 1 %.
_MEASURING_SIZE = 400

# Weights that number the neighbours of a pixel clockwise from above it, as bits 0..7.
_NEIGHBOUR_BITS = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], dtype=np.int32)


@dataclass(frozen=True)
class GlyphFields:
    """One letter of one hand, centred in a square field.

    Attributes:
        pen: float32 [FIELD_SIDE, FIELD_SIDE], pixels from the middle line of the nearest stroke.
        outline: float32 [FIELD_SIDE, FIELD_SIDE], pixels from the font's outline, below 0 inside;
            None for a letter that a pen of even width draws, whatever the ink.
        extent: The letter's (height, width) in field pixels.
    """

    pen: NDArray[np.float32]
    outline: NDArray[np.float32] | None
    extent: tuple[int, int]


def load_font(hand: str, x_height: int) -> ImageFont.FreeTypeFont:
    """Returns the font of a hand but the pen, at the size where letters without ascenders are `x_height` pixels high.

    Raises:
        UserError: If the font's package is not installed.
    """

    def of_size(size: int) -> ImageFont.FreeTypeFont:
        # The basic layout engine is always there; Raqm, where installed, could pick other glyphs.
        font = ImageFont.truetype(str(font_path(hand)), size, layout_engine=ImageFont.Layout.BASIC)
        if hand in _WEIGHTS:
            font.set_variation_by_axes([_WEIGHTS[hand]])
        return font

    _, top, _, bottom = of_size(_MEASURING_SIZE).getbbox(_X_HEIGHT_LETTER)
    return of_size(round(_MEASURING_SIZE * x_height / (bottom - top)))


def glyph_mask(font: ImageFont.FreeTypeFont, letter: str) -> NDArray[np.bool_]:
    """Returns bool [FIELD_SIDE, FIELD_SIDE]: the letter as the font draws it, centred."""
    canvas = Image.new("L", (FIELD_SIDE, FIELD_SIDE))
    left, top, right, bottom = font.getbbox(letter)
    corner = ((FIELD_SIDE - left - right) // 2, (FIELD_SIDE - top - bottom) // 2)
    ImageDraw.Draw(canvas).text(corner, letter, font=font, fill=255)
    return np.asarray(canvas) > 255 * _INSIDE_COVERAGE


@cache
def glyph_fields(hand: str, letter: str) -> GlyphFields:
    """Returns the distance fields of a font's letter; each is made once in a process and then kept.

    Raises:
        UserError: If the font's package is not installed.
    """
    mask = glyph_mask(load_font(hand, X_HEIGHT), letter)
    box = ndimage.find_objects(mask.astype(np.int8))[0]
    track = np.zeros_like(mask)
    track[box] = thin(mask[box])
    from_middle = ndimage.distance_transform_edt(~track)
    from_outline = ndimage.distance_transform_edt(~mask) - ndimage.distance_transform_edt(mask)
    return GlyphFields(from_middle.astype(np.float32), from_outline.astype(np.float32), mask[box].shape)


def thin(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Returns the one-pixel skeleton of a mask, by the algorithm of Zhang and Suen (1984): the track of a pen.

    Args:
        mask: bool [height, width], true inside the letter; all around it counts as false.

    Returns:
        Likewise: connected where the mask is connected, with a pixel at least in each of its parts.
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
