"""Thinning: one pixel wide, every part kept."""

import numpy as np
import pytest
from scipy import ndimage

from sample.forms import LETTERS
from sample.glyphs import X_HEIGHT, glyph_mask, load_font
from sample.hands import ALL_HANDS, PEN
from sample.skeleton import thin

EVERY_FONT = [hand for hand in ALL_HANDS if hand != PEN]
# A dot, a breve or a bar apart from the body: й and ы have two parts, ё three.
_MOST_PARTS = 3


@pytest.mark.parametrize("font", EVERY_FONT)
def test_skeleton_is_thin_and_keeps_the_parts(font: str) -> None:
    for letter in LETTERS:
        mask = glyph_mask(load_font(font, X_HEIGHT), letter)
        skeleton = thin(mask)
        everywhere = np.ones((3, 3))
        _, parts = ndimage.label(mask, everywhere)
        _, tracks = ndimage.label(skeleton, everywhere)
        assert tracks == parts <= _MOST_PARTS, letter
        assert not (skeleton & ~mask).any()
        blocks = ndimage.minimum_filter(skeleton.astype(np.uint8), size=3)
        assert not blocks.any(), "no 3x3 block is left"


def test_skeleton_of_a_bar_is_its_middle_line() -> None:
    bar = np.zeros((11, 30), bool)
    bar[3:8, 3:27] = True
    rows, columns = np.nonzero(thin(bar))
    assert set(rows) == {5}
    assert columns.max() - columns.min() > 15


@pytest.mark.parametrize("side", [1, 2, 3, 4, 7])
def test_dots_keep_a_pixel(side: int) -> None:
    dot = np.zeros((11, 11), bool)
    dot[2 : 2 + side, 2 : 2 + side] = True
    assert (thin(dot) & dot).sum() >= 1
    assert not (thin(dot) & ~dot).any()


def test_skeleton_of_nothing_is_nothing() -> None:
    assert not thin(np.zeros((5, 5), bool)).any()
