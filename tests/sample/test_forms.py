"""The forms: plausible ones of every letter, read as the table's head tells."""

import numpy as np
import pytest

from sample.forms import LETTERS, forms_of, parse_form


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_has_several_forms_of_a_letter_s_size(letter: str) -> None:
    forms = forms_of(letter)
    assert 2 <= len(forms) <= 4
    for form in forms:
        points = np.vstack([stroke.points for stroke in form])
        (top, left), (bottom, right) = points.min(axis=0), points.max(axis=0)
        assert -0.7 <= top <= 0.1 and 0.8 <= bottom <= 1.75
        assert left >= -0.05 and 0.4 <= right - left <= 1.2


def test_no_two_forms_are_the_same() -> None:
    drawn = [np.vstack([stroke.points for stroke in form]).tobytes() for a in LETTERS for form in forms_of(a)]
    assert len(set(drawn)) == len(drawn)


def test_a_form_is_read_as_the_table_s_head_tells() -> None:
    curve, line = parse_form("C .1,.2 .3,.4 ; L 0,1 -.5,1 .5,2")
    assert curve.curved and not line.curved
    assert curve.points.tolist() == [[0.2, 0.1], [0.4, 0.3]], "y comes first"
    assert line.points.shape == (3, 2)


@pytest.mark.parametrize("text", ["", "L 0,0", "Q 0,0 1,1", "L 0,0 1", "L 0,0 a,b"])
def test_a_form_that_is_written_wrong_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_form(text)
