"""The forms of the letters that `form_table.py` holds: 2 to 4 of each, as strokes of a pen."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.form_table import TABLE

_CURVE = "C"
_LINES = "L"


@dataclass(frozen=True, eq=False)
class Stroke:
    """What the pen writes before it is lifted.

    Attributes:
        curved: Whether the pen follows a curve through the points, not straight lines.
        points: float64 [n, 2], n of 2 or more: y and x in x-heights.
    """

    curved: bool
    points: NDArray[np.float64]


Form = tuple[Stroke, ...]


def forms_of(letter: str) -> tuple[Form, ...]:
    """Returns every form of a letter of the alphabet."""
    return _all_forms()[letter]


def parse_form(text: str) -> Form:
    """Returns the form that a line of the table holds after its letter.

    Raises:
        ValueError: If it is not written as the table's head tells.
    """
    return tuple(_parse_stroke(stroke) for stroke in text.split(";"))


def _parse_stroke(text: str) -> Stroke:
    """Returns the stroke of a text such as `L 0,.5 1,.5`."""
    kind, *pairs = text.split()
    if kind not in (_CURVE, _LINES) or len(pairs) < 2:
        raise ValueError(f"{text!r} is not a stroke")
    points = np.array([[float(number) for number in pair.split(",")] for pair in pairs])
    # The table is read by people, who say x first; images are indexed by row.
    return Stroke(kind == _CURVE, points[:, ::-1])


@cache
def _all_forms() -> dict[str, tuple[Form, ...]]:
    """Returns the whole table by letter."""
    forms: dict[str, tuple[Form, ...]] = {}
    for line in TABLE.strip().splitlines():
        letter, text = line.split(maxsplit=1)
        forms[letter] = (*forms.get(letter, ()), parse_form(text))
    return forms
