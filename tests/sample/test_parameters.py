"""What a sample is made from: checked, before anything is drawn."""

from typing import Any

import pytest

from core.errors import UserError
from sample.forms import LETTERS
from sample.hands import DEFAULT_HANDS, PEN
from sample.parameters import Parameters
from schema.curated import read_labels


def test_every_label_of_the_schema_can_be_drawn() -> None:
    assert set(read_labels()) <= set(LETTERS)


def test_hands_are_put_in_order() -> None:
    assert Parameters(("а",), hands=(PEN, "pacifico", "caveat", PEN)).hands == ("caveat", "pacifico", PEN)
    assert Parameters(("а",)).hands == DEFAULT_HANDS


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": ("а", "ch", "b")}, "'ch' cannot be drawn, only а б в .* я; take photos of your own"),
        ({"per_letter": 0}, "photos per letter must be 1 or more, not 0"),
        ({"seed": -1}, "the seed must be 0 or more, not -1"),
        ({"hands": ("comic",)}, "no font is called 'comic'; there are caveat, .*, pen"),
        ({"hands": ()}, "no font given; there are caveat, .*, pen"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=f"^{message}$"):
        Parameters(**{"labels": ("а",), **arguments})
