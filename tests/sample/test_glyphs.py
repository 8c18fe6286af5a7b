"""The fonts' letters: all there, of one size, inside their fields; thinned to one pixel with every part kept."""

import numpy as np
import pytest
from scipy import ndimage

from sample.forms import LETTERS
from sample.glyphs import FIELD_SIDE, X_HEIGHT, glyph_fields, glyph_mask, load_font, thin
from sample.parameters import ALL_HANDS, PEN

EVERY_FONT = [hand for hand in ALL_HANDS if hand != PEN]
# A code point that is assigned to nothing, so that a font draws its sign for a missing letter.
_UNASSIGNED = "\U000e0fff"
# A dot, a breve or a bar apart from the body: й and ы have two parts, ё three.
_MOST_PARTS = 3


@pytest.mark.parametrize("font", EVERY_FONT)
def test_font_has_every_letter_and_no_two_alike(font: str) -> None:
    loaded = load_font(font, X_HEIGHT)
    missing = bytes(loaded.getmask(_UNASSIGNED))
    drawn = {letter: bytes(loaded.getmask(letter)) for letter in LETTERS}
    assert [letter for letter in LETTERS if drawn[letter] == missing] == []
    assert len(set(drawn.values())) == len(LETTERS)


@pytest.mark.parametrize("font", EVERY_FONT)
def test_letters_lie_inside_their_fields(font: str) -> None:
    for letter in LETTERS:
        mask = glyph_mask(load_font(font, X_HEIGHT), letter)
        border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
        assert not border.any(), letter
        height, width = glyph_fields(font, letter).extent
        assert X_HEIGHT * 0.8 <= height < FIELD_SIDE and width < FIELD_SIDE, letter


@pytest.mark.parametrize("font", EVERY_FONT)
def test_x_height_is_the_same_in_every_font(font: str) -> None:
    height, _ = glyph_fields(font, "н").extent
    assert abs(height - X_HEIGHT) <= 2


def test_fields_measure_from_the_stroke() -> None:
    fields = glyph_fields("lobster", "о")
    assert fields.pen.dtype == fields.outline.dtype == np.float32
    assert fields.pen.shape == fields.outline.shape == (FIELD_SIDE, FIELD_SIDE)
    assert fields.pen.min() == 0
    assert fields.outline.min() < 0 < fields.outline.max()
    centre = FIELD_SIDE // 2
    assert fields.outline[centre, centre] > 0, "о is open in the middle"


def test_fields_are_made_once() -> None:
    assert glyph_fields("caveat", "а") is glyph_fields("caveat", "а")


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
