"""Robustness: how often photos are read right, surely wrong, and not at all, under each change."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.inspector import robustness
from components.inspector.robustness import (
    Example,
    Robustness,
    measure_robustness,
    read_robustness,
    worst_change,
    write_robustness,
)

LETTERS = [np.full((32, 32, 3), shade, np.uint8) for shade in (10, 20, 30, 40)]
ANSWERS = {
    # Right, right, wrong and sure, wrong and not sure.
    "first": [[0.9, 0.1], [0.4, 0.6], [0.05, 0.95], [0.2, 0.8]],
    # None found where the first letter would be right; all else right.
    "second": [[0.0, 0.0], [0.4, 0.6], [0.95, 0.05], [0.8, 0.2]],
}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Robustness]:
    """Two changes of four photos, the first letter of which is wrong in the second one."""
    changes = {name: _named(name) for name in ANSWERS}
    monkeypatch.setattr(robustness, "CHANGES", changes)
    return measure_robustness(LETTERS, np.array([0, 1, 0, 0]), _answer, _shades, _shades)


def _named(name: str) -> Callable[[np.ndarray], bytes]:
    return lambda photo: f"{name} {photo[0, 0, 0]}".encode()


def _answer(encoded: Sequence[bytes]) -> np.ndarray:
    return np.array(ANSWERS[encoded[0].split()[0].decode()])


def _shades(encoded: Sequence[bytes]) -> list[np.ndarray]:
    return [np.full((200, 100, 3), int(each.split()[1]), np.uint8) for each in encoded]


def test_each_change_is_judged_by_its_answers(measured: list[Robustness]) -> None:
    first, second = measured
    assert (first.change, first.photos) == ("first", 4)
    assert (first.accuracy, first.sure_and_wrong, first.none_found) == (0.5, 0.25, 0.0)
    assert (second.accuracy, second.sure_and_wrong, second.none_found) == (0.75, 0.0, 0.25)
    assert worst_change(measured) is first


def test_examples_are_the_first_photo_and_the_surest_mistake(measured: list[Robustness]) -> None:
    right, wrong = measured[0].examples
    assert (right.class_id, right.answer, right.probability) == (0, 0, 0.9)
    assert (wrong.class_id, wrong.answer, wrong.probability) == (0, 1, 0.95)
    picture = Image.open(io.BytesIO(wrong.photo))
    assert picture.size == (48, 96)
    assert picture.convert("L").getpixel((20, 20)) == pytest.approx(30, abs=3)
    [nothing] = measured[1].examples
    assert (nothing.class_id, nothing.answer, nothing.probability) == (0, None, 0.0)


def test_slow_changes_are_done_to_fewer_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "CHANGES", {"slow": _named("first")})
    monkeypatch.setattr(robustness, "SLOW", {"slow"})
    [measured] = measure_robustness(
        LETTERS * 2, np.zeros(8, int), lambda encoded: np.array([[1.0, 0.0]] * len(encoded)), _shades, _shades
    )
    assert (measured.photos, measured.accuracy) == (2, 1.0)


def test_no_photo_gives_no_figure() -> None:
    assert measure_robustness([], np.array([]), _answer, _shades, _shades) == []
    assert worst_change([]) is None


def test_what_was_written_is_read_again_and_an_old_folder_has_none(tmp_path: Path) -> None:
    assert read_robustness(tmp_path) == []
    given = [Robustness("in shadow", 3, 0.5, 0.25, 0.125, (Example(b"ph", b"fo", 6, 5, 0.5),))]
    write_robustness(given, tmp_path)
    assert read_robustness(tmp_path) == given
