"""Whether probabilities mean what they say, worked out by hand."""

import numpy as np
import pytest

from core.accuracy import expected_calibration_error, reliability

# Two photos at .9 of which one is right, two at .6 which both are.
PROBABILITIES = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
CLASS_IDS = np.array([0, 1, 0, 0])


def test_calibration_error_by_hand() -> None:
    assert expected_calibration_error(PROBABILITIES, CLASS_IDS) == pytest.approx((0.4 * 2 + 0.4 * 2) / 4)


def test_calibration_error_of_certainty() -> None:
    certain = np.eye(2)
    assert expected_calibration_error(certain, np.array([0, 1])) == 0
    assert expected_calibration_error(certain, np.array([1, 0])) == 1


def test_bins_hold_what_falls_into_them_and_empty_ones_are_not_a_number() -> None:
    found = reliability(PROBABILITIES, CLASS_IDS, bins=10)
    assert found.photos.tolist() == [0, 0, 0, 0, 0, 0, 2, 0, 0, 2]
    assert found.confidence[[6, 9]].tolist() == pytest.approx([0.6, 0.9])
    assert found.accuracy[[6, 9]].tolist() == [1.0, 0.5]
    assert np.isnan(found.accuracy[:6]).all()
