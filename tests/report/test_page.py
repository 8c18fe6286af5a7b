"""The page: everything there, everything escaped, nothing from the network."""

import re

import pytest

from report.page import build_page
from tests.report.conftest import Known
from tests.report.known_run import HOSTILE

SECTIONS = ("verdict", "data", "training", "evaluation", "errors", "run")


@pytest.fixture(scope="module")
def page(full: Known) -> str:
    return build_page(*full)


def test_every_section_is_there_in_order_at_every_ending(page: str, stopped: Known, nothing: Known) -> None:
    for html in (page, build_page(*stopped), build_page(*nothing)):
        assert re.findall(r'<section id="(\w+)">', html) == list(SECTIONS)


def test_page_is_small_and_asks_nothing_of_the_network(page: str) -> None:
    assert len(page.encode()) < 8 * 2**20
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert set(re.findall(r'(?:src|href)="([^":]*:?)', own)) <= {"data:", *(f"#{name}" for name in SECTIONS)}
    assert set(re.findall(r"url\((.)", own)) <= {"#"}


def test_plotly_is_there_once_and_only_where_something_is_drawn(page: str, nothing: Known) -> None:
    assert page.count("plotly.js v") == 1
    assert "<script>" not in build_page(*nothing)


def test_photos_as_people_take_them_are_told_and_shown(page: str) -> None:
    assert page.index('<th scope="row">in shadow</th><td>75.0%</td><td>12.5%</td>') < page.index(">as it is</th>")
    assert 'alt="ш: in shadow"' in page
    assert "<b>ш</b>, read as <b>щ</b> 95.0%" in page
    assert "<b>ш</b>, no letter found" in page


def test_what_comes_from_data_is_escaped(page: str) -> None:
    assert HOSTILE not in page
    assert "<script>alert" not in page
    # In the duplicates, the dropped records and the errors.
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#34;&#39;.png") == 3


def test_charts_have_a_sentence_and_a_table(page: str) -> None:
    assert len(re.findall(r'<div id="plot-', page)) == 7
    assert page.count("<summary>As a table</summary>") == 7
    assert "The weakest is ш with 50.0%" in page


def test_stopped_run_shows_its_data_and_says_what_it_lacks(stopped: Known) -> None:
    html = build_page(*stopped)
    assert "Stopped by the data check: nothing was trained" in html
    assert "split test has no photo of ъ; add photos of them" in html
    assert 'id="plot-counts"' in html
    assert "The run did not come to the evaluation." in html


def test_run_that_came_to_nothing_says_why(nothing: Known) -> None:
    html = build_page(*nothing)
    assert "/data: no such folder" in html
    assert "The run did not come to its end" in html


def test_commit_stands_where_the_versions_are_and_an_older_run_has_none(nothing: Known) -> None:
    told = {"git_commit": "5" * 40, "modified": True}
    old = {key: value for key, value in nothing[0].items() if key != "code"}
    for summary, words in (
        (old | {"code": told}, f"commit {'5' * 40}, and changes that are in no commit"),
        (old, "commit unknown"),
    ):
        html = build_page(summary, nothing[1])
        assert html.index("versions") < html.index(words)
