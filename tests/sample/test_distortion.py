"""The place of a letter in its photo."""

import numpy as np
import pytest

from sample import distortion
from sample.distortion import draw_pose, field_positions
from sample.glyphs import FIELD_SIDE, glyph_fields
from sample.parameters import DEFAULT_HANDS
from sample.raster import fine_positions


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("letter", ["ф", "щ", "ё", "у"])
def test_no_letter_is_cut_off(letter: str) -> None:
    for font in DEFAULT_HANDS:
        fields = glyph_fields(font, letter)
        for seed in range(50):
            pose = draw_pose(fields.extent, (32, 32), rng(seed))
            reach = np.abs(pose.matrix) @ np.array(fields.extent) / 2 + np.abs(pose.centre)
            assert (reach < 16).all()
            assert 0.1 < pose.scale < 0.6


def test_field_positions_undo_the_pose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distortion, "_WOBBLE_RANGE", (0.0, 0.0))
    pose = draw_pose((40, 50), (31, 32), rng())
    field = field_positions(pose, (31, 32), rng()) - (FIELD_SIDE - 1) / 2
    y, x = np.einsum("ij,jhw->ihw", pose.matrix, field)
    rows, columns = fine_positions((31, 32))
    assert np.allclose(y + pose.centre[0], rows)
    assert np.allclose(x + pose.centre[1], columns)
