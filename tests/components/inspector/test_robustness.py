"""Robustness: how often photos are read right, surely wrong, and not at all, under each change."""

from collections.abc import Sequence

import numpy as np

from components.example_gen.images import encode_png
from components.inspector import robustness
from components.inspector.robustness import Robustness, measure_robustness

PHOTO = encode_png(np.full((32, 32, 3), 200, np.uint8))


def test_each_change_is_judged_by_its_answers(monkeypatch) -> None:
    monkeypatch.setattr(robustness, "CHANGES", {"first": lambda photo: b"1", "second": lambda photo: b"2"})
    answers = {
        # Right, right, wrong and sure, wrong and not sure.
        b"1": [[0.9, 0.1], [0.4, 0.6], [0.05, 0.95], [0.2, 0.8]],
        # None found where the first letter would be right; all else right.
        b"2": [[0.0, 0.0], [0.4, 0.6], [0.95, 0.05], [0.8, 0.2]],
    }

    def answer(images: Sequence[bytes]) -> np.ndarray:
        return np.array(answers[images[0]])

    measured = measure_robustness([PHOTO] * 4, np.array([0, 1, 0, 0]), answer)
    assert measured == [Robustness("first", 0.5, 0.25, 0.0), Robustness("second", 0.75, 0.0, 0.25)]
