"""The report of a run full of hostile texts: the same elements and attributes as an honest one's, and no request."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from report.page import build_page
from tests.report.conftest import Known
from tests.security.hostile_outcomes import HOSTILE, hostile


class _Structure(HTMLParser):
    """Collects what a browser would make elements, attributes and scripts of."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: set[str] = set()
        self.comments: list[str] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self._in_script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.addresses |= {value or "" for name, value in attrs if name in {"src", "href", "action", "srcset"}}
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(("/" + tag, ()))
        self._in_script = False

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data
        else:
            self.texts.append(data)


@pytest.fixture(scope="module")
def honest(full: Known) -> _Structure:
    return _Structure(build_page(*full))


@pytest.fixture(scope="module")
def poisoned(full: Known) -> _Structure:
    return _Structure(build_page(*hostile(*full)))


def test_parser_sees_an_injection(full: Known, honest: _Structure) -> None:
    page = build_page(*full).replace("<h1>", f'<h1 title="{HOSTILE}">')
    assert _Structure(page).elements != honest.elements
    assert ("poison", ("onpoison",)) in _Structure(page).elements


def test_hostile_texts_add_no_element_no_attribute_and_no_comment(honest: _Structure, poisoned: _Structure) -> None:
    assert poisoned.elements == honest.elements
    assert poisoned.comments == []


def test_hostile_texts_are_shown_as_they_are(poisoned: _Structure) -> None:
    shown = "".join(poisoned.texts)
    # In every section; a template's braces are not computed.
    assert shown.count(HOSTILE) > 100
    assert "42<img" not in shown


def test_every_address_is_within_the_page(poisoned: _Structure) -> None:
    assert {address.partition(":")[0] for address in poisoned.addresses if address[0] != "#"} == {"data"}
    assert not any("poison" in address for address in poisoned.addresses)


def test_texts_in_scripts_stay_texts(honest: _Structure, poisoned: _Structure) -> None:
    assert len(poisoned.scripts) == len(honest.scripts) == 2
    plotly, own = poisoned.scripts
    assert plotly == honest.scripts[0]
    figures = dict(re.findall(r'^"(\w+)": (\{.*\}),?$', own, flags=re.MULTILINE))
    assert len(figures) == 7
    # JSON, which is a script's value whatever its strings hold, but for what would end the element.
    for text in figures.values():
        json.loads(text)
        assert "<" not in text
        own = own.replace(text, "{}")
    assert "poison" not in own


@pytest.mark.parametrize("name", ["stopped", "nothing"])
def test_page_of_a_run_that_came_less_far_is_as_safe(name: str, request: pytest.FixtureRequest) -> None:
    known: Known = request.getfixturevalue(name)
    assert _Structure(build_page(*hostile(*known))).elements == _Structure(build_page(*known)).elements
