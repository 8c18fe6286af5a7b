"""What a sample is made from: checked, before anything is drawn, and told of the fonts that are not installed."""

from typing import Any

import pytest

from core.errors import UserError
from sample import parameters
from sample.forms import LETTERS
from sample.parameters import ALL_HANDS, DEFAULT_HANDS, PEN, Parameters, check_installed, font_path, known_hands
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


def test_pen_is_a_hand_but_none_of_the_default_ones() -> None:
    assert PEN not in DEFAULT_HANDS and {*DEFAULT_HANDS, PEN} < set(ALL_HANDS)


def test_known_hands_are_ordered_and_unique() -> None:
    assert known_hands(("pacifico", "caveat", "pacifico")) == ("caveat", "pacifico")


def test_packages_of_all_missing_fonts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "find_spec", lambda name: None)
    check_installed((PEN,))
    with pytest.raises(UserError, match=r"^a font is not installed; run: pip install fontpkg-lobster$"):
        font_path("lobster")
    with pytest.raises(UserError, match=r"^2 fonts are not installed; run: pip install fontpkg-caveat fontpkg-jost$"):
        check_installed(("caveat", "jost", PEN))
