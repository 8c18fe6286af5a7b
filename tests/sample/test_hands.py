"""The hands: in one order, and told of where their fonts are not installed."""

import pytest

from core.errors import UserError
from sample import hands
from sample.hands import ALL_HANDS, DEFAULT_HANDS, PEN, check_installed, font_path, known_hands


def test_pen_is_a_hand_but_none_of_the_default_ones() -> None:
    assert PEN not in DEFAULT_HANDS and {*DEFAULT_HANDS, PEN} < set(ALL_HANDS)


def test_known_hands_are_ordered_and_unique() -> None:
    assert known_hands(("pacifico", "caveat", "pacifico")) == ("caveat", "pacifico")


def test_packages_of_all_missing_fonts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "find_spec", lambda name: None)
    check_installed((PEN,))
    with pytest.raises(UserError, match=r"^a font is not installed; run: pip install fontpkg-lobster$"):
        font_path("lobster")
    with pytest.raises(UserError, match=r"^2 fonts are not installed; run: pip install fontpkg-caveat fontpkg-jost$"):
        check_installed(("caveat", "jost", PEN))
