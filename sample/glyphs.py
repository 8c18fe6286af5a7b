"""Distance fields of the fonts' letters, from which strokes of any width can be drawn."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from sample.hands import font_path
from sample.skeleton import thin

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
    """Returns a font at the size where its letters without ascenders are `x_height` pixels high.

    Args:
        hand: A name in `ALL_HANDS`, but the pen's.
        x_height: Pixels.

    Raises:
        UserError: If the font's package is not installed.
    """
    path = str(font_path(hand))
    # The basic layout engine is always there; Raqm, where installed, could pick other glyphs.
    layout = ImageFont.Layout.BASIC
    measuring = _of_weight(ImageFont.truetype(path, _MEASURING_SIZE, layout_engine=layout), hand)
    _, top, _, bottom = measuring.getbbox(_X_HEIGHT_LETTER)
    size = round(_MEASURING_SIZE * x_height / (bottom - top))
    return _of_weight(ImageFont.truetype(path, size, layout_engine=layout), hand)


def _of_weight(font: ImageFont.FreeTypeFont, hand: str) -> ImageFont.FreeTypeFont:
    if hand in _WEIGHTS:
        font.set_variation_by_axes([_WEIGHTS[hand]])
    return font


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
    return GlyphFields(
        pen=from_middle.astype(np.float32),
        outline=from_outline.astype(np.float32),
        extent=mask[box].shape,
    )
