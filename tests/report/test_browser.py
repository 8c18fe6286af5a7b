"""The page as a person sees it: in a browser, offline, on a phone, in the dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from report.page import build_page
from tests.report.browsers import launch, opened
from tests.report.conftest import Known

PLOTS = ("counts", "curves", "letter", "background", "letter_background", "confusion", "reliability")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from launch()


@pytest.fixture(scope="module")
def file(full: Known, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(build_page(*full), encoding="utf-8")
    return path


def test_page_draws_every_plot_without_an_error_or_a_request(browser: Any, file: Path) -> None:
    with opened(browser, file) as watched:
        watched.page.wait_for_selector("html[data-drawn=yes]")
        drawn = {key: watched.page.locator(f"#plot-{key} .main-svg").count() for key in PLOTS}
        assert watched.logged == []
        assert [url for url in watched.requested if not url.startswith(("file:", "data:"))] == []
    assert min(drawn.values()) > 0


def test_every_picture_is_one(browser: Any, file: Path) -> None:
    with opened(browser, file) as watched:
        broken = watched.page.evaluate(
            "Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode()"
            ".then(() => null, () => image.alt); })).then(all => all.filter(each => each !== null))"
        )
        assert broken == []
        # 60 with their overlays, the suspected one, three confused pairs' photos, both sheets.
        assert watched.page.locator("img").count() == 120 + 1 + 3 + 2 + 4


@pytest.mark.parametrize("width", [360, 1200])
def test_page_does_not_scroll_sideways(browser: Any, file: Path, width: int) -> None:
    with opened(browser, file, width) as watched:
        watched.page.wait_for_selector("html[data-drawn=yes]")
        for details in watched.page.locator("details").all():
            details.evaluate("each => each.open = true")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


def test_plots_follow_the_dark(browser: Any, file: Path) -> None:
    colours = []
    for scheme in ("light", "dark"):
        with opened(browser, file, scheme=scheme) as watched:
            watched.page.wait_for_selector("html[data-drawn=yes]")
            text = watched.page.locator("#plot-letter .xtick text").first
            ground = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
            colours.append((text.evaluate("each => getComputedStyle(each).fill"), ground))
    (light_ink, light_ground), (dark_ink, dark_ground) = colours
    assert (light_ink, light_ground) == ("rgb(27, 31, 36)", "rgb(255, 255, 255)")
    assert (dark_ink, dark_ground) == ("rgb(230, 232, 235)", "rgb(20, 23, 27)")


def test_pages_of_runs_that_stopped_are_whole_too(browser: Any, stopped: Known, nothing: Known, tmp_path: Path) -> None:
    for name, known in (("stopped", stopped), ("nothing", nothing)):
        path = tmp_path / f"{name}.html"
        path.write_text(build_page(*known), encoding="utf-8")
        with opened(browser, path, 360) as watched:
            assert watched.page.locator("section h2").all_inner_texts() == [
                "Verdict", "Data", "Training", "Evaluation", "Errors", "Run",
            ]  # fmt: skip
            assert watched.logged == []
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360
