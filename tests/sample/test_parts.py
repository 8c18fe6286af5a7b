"""The parts of a photo: ink, place, paper and the fine grid."""

import numpy as np
import pytest

from core.features import BACKGROUNDS
from sample import distortion
from sample.distortion import draw_pose, field_positions
from sample.glyphs import FIELD_SIDE, glyph_fields
from sample.hands import DEFAULT_HANDS
from sample.ink import MIN_CONTRAST, contrast, draw_ink
from sample.paper import draw_paper
from sample.raster import FINE, fine_positions, reduce, smooth_noise

GRAPH = BACKGROUNDS.index("graph")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_ink_keeps_its_contrast_on_the_darkest_paper() -> None:
    for seed in range(300):
        light, dark = np.full(3, 0.9), np.array([0.3, 0.25, 0.2])
        assert contrast(draw_ink(light, rng(seed)), light) >= MIN_CONTRAST
        assert contrast(draw_ink(dark, rng(seed)), dark) >= 0.6 * 0.3


def test_inks_have_every_colour() -> None:
    inks = np.array([draw_ink(np.full(3, 0.8), rng(seed)) for seed in range(300)])
    assert {0, 1, 2} == set(inks.argmax(axis=1)) == set(inks.argmin(axis=1))


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


def test_lines_make_the_difference_between_papers() -> None:
    """Rows and columns vary on gridded and graph paper, rows on striped, neither on plain."""
    roughness = []
    for paper in range(len(BACKGROUNDS)):
        sheets = [draw_paper(paper, (32, 32), rng(seed)).mean(axis=2) for seed in range(20)]
        steps = [np.abs(np.diff(sheets, axis=axis)).mean() for axis in (1, 2)]
        roughness.append(np.array(steps))
    (rows, columns), gridded, plain, graph = roughness
    assert rows > 1.5 * columns
    assert rows > 2 * plain.max()
    assert gridded.min() > 2 * plain.max()
    assert graph.min() > gridded.max()


@pytest.mark.parametrize("shape", [(32, 32), (31, 32), (32, 33)])
def test_paper_is_light_of_the_right_shape(shape: tuple[int, int]) -> None:
    for seed in range(30):
        sheet = draw_paper(GRAPH, shape, rng(seed))
        assert sheet.shape == (*shape, 3)
        assert sheet.min() >= 0 and sheet.max() <= 1


def test_fine_grid_is_centred_and_reduces_to_means() -> None:
    y, x = fine_positions((31, 32))
    assert y.shape == (31 * FINE, 1) and x.shape == (1, 32 * FINE)
    assert abs(y.mean()) < 1e-9 and abs(x.mean()) < 1e-9
    assert x[0, -1] - x[0, 0] == 32 - 1 / FINE
    assert np.array_equal(reduce(np.kron(np.eye(3), np.ones((FINE, FINE)))), np.eye(3))


def test_smooth_noise_is_smooth() -> None:
    noise = smooth_noise((60, 50), 4, rng())
    assert noise.shape == (60, 50)
    assert np.abs(np.diff(noise, axis=0)).max() < 0.25 < np.ptp(noise)
