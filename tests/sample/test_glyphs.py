"""The fonts' letters: all are there, of one size, and inside their fields."""

import numpy as np
import pytest

from sample.forms import LETTERS
from sample.glyphs import FIELD_SIDE, X_HEIGHT, glyph_fields, glyph_mask, load_font
from sample.hands import ALL_HANDS, PEN

EVERY_FONT = [hand for hand in ALL_HANDS if hand != PEN]
# A code point that is assigned to nothing, so that a font draws its sign for a missing letter.
_UNASSIGNED = "\U000e0fff"


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
