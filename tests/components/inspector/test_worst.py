"""The order in which errors are shown."""

import numpy as np

from components.inspector.worst import margins, worst_first

PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]], np.float32)
TRUE = np.array([0, 1, 0, 2])


def test_margin_is_how_far_the_likeliest_wrong_letter_is_ahead() -> None:
    np.testing.assert_allclose(margins(PROBABILITIES, TRUE), [-0.5, 0.1, 0.7, -0.1], atol=1e-6)
    assert PROBABILITIES[0, 0] == np.float32(0.7)  # The argument is left alone.


def test_the_worst_error_comes_first_and_near_misses_after_the_errors() -> None:
    assert worst_first(PROBABILITIES, TRUE, 3).tolist() == [2, 1, 3]
    assert worst_first(PROBABILITIES, TRUE, 9).tolist() == [2, 1, 3, 0]
