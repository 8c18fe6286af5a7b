"""The pen: forms moved at random, as wildly as asked for, and inside their fields; and the distance from its track."""

import numpy as np
import pytest

from sample.forms import LETTERS, forms_of
from sample.glyphs import FARTHEST_INK, FIELD_SIDE, X_HEIGHT
from sample.pen import curve_through, draw_pen_fields, draw_tracks, track_distance

_CORNER = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.5]])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_curve_passes_its_points_and_a_straight_one_stays_straight() -> None:
    curve = curve_through(_CORNER)
    steps = (len(curve) - 1) // 2
    assert np.allclose(curve[::steps], _CORNER)
    straight = curve_through(np.array([[0.0, 0.0], [1.0, 2.0]]))
    assert np.allclose(straight[:, 1], 2 * straight[:, 0])
    assert (np.diff(straight[:, 0]) > 0).all()


@pytest.mark.parametrize("letter", "жёф")
def test_a_tame_hand_repeats_the_form_and_a_wild_one_does_not(letter: str) -> None:
    form = forms_of(letter)[0]
    ends = np.vstack([stroke.points[[0, -1]] for stroke in form])
    tame, usual, wild = (
        np.vstack([track[[0, -1]] for track in draw_tracks(form, wildness, rng())]) for wildness in (0, 0.5, 1.4)
    )
    assert np.allclose(tame, ends)
    assert 0 < np.abs(usual - ends).mean() < np.abs(wild - ends).mean() < 0.2


@pytest.mark.parametrize("letter", LETTERS)
def test_pen_fields_hold_the_whole_letter_in_their_middle(letter: str) -> None:
    for seed in range(12):
        fields = draw_pen_fields(letter, rng(seed))
        rows, columns = np.nonzero(fields.pen < 1)
        border = np.concatenate([fields.pen[0], fields.pen[-1], fields.pen[:, 0], fields.pen[:, -1]])
        assert fields.outline is None
        assert border.min() >= FARTHEST_INK - 0.1
        assert np.ptp(rows) < fields.extent[0] and np.ptp(columns) < fields.extent[1]
        assert abs(rows.min() + rows.max() - FIELD_SIDE + 1) <= 2
        assert X_HEIGHT * 0.4 < fields.extent[0] < FIELD_SIDE


def test_a_letter_is_written_differently_by_another_stream_only() -> None:
    first, again, other = (draw_pen_fields("щ", rng(seed)).pen for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_distance_of_a_segment_is_exact_where_ink_can_lie() -> None:
    start, end = np.array([40.25, 30.5]), np.array([80.75, 95.0])
    field = track_distance([np.stack([start, end])], FIELD_SIDE)
    pixels = np.stack(np.mgrid[:FIELD_SIDE, :FIELD_SIDE], axis=-1).astype(float)
    along = np.clip((pixels - start) @ (end - start) / ((end - start) ** 2).sum(), 0, 1)
    expected = np.linalg.norm(pixels - start - along[..., np.newaxis] * (end - start), axis=-1)
    assert field.dtype == np.float32
    assert np.allclose(field, np.minimum(expected, FARTHEST_INK), atol=1e-3)


def test_distance_is_that_of_the_nearest_track_up_to_the_field_s_border() -> None:
    point, edge = np.array([[20.0, 20.0], [20.0, 20.0]]), np.array([[0.0, 60.0], [0.0, 70.0]])
    field = track_distance([point, edge], FIELD_SIDE)
    assert field[20, 20] == field[0, 60] == 0
    assert field[23, 24] == 5 and field[2, 65] == 2
    assert field[100, 100] == FARTHEST_INK
