"""The distance from a pen's track."""

import numpy as np

from sample.glyphs import FARTHEST_INK, FIELD_SIDE
from sample.track import track_distance


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
