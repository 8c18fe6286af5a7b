"""What the model looked at, painted over a photo."""

import numpy as np

from report.pictures import heat_overlay


def test_heat_is_painted_where_it_is_above_nothing() -> None:
    photo = np.full((2, 2, 3), 100, np.uint8)
    heat = np.array([[1.0, 0.5], [0.0, -3.0]])
    painted = heat_overlay(photo, heat)
    assert painted[1].tolist() == [[100] * 3] * 2
    assert painted[0, 0].tolist() == [190, 95, 20]
    assert 100 < painted[0, 1, 0] < 190
    assert (heat_overlay(photo, np.zeros((2, 2))) == 100).all()
