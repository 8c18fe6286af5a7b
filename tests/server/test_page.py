"""The page as a person sees it: in a browser, by pen, by photo, by keyboard, on a phone, in the dark."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from components.example_gen.images import decode_image, image_id, read_file
from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from core.features import IMAGE_FOLDER
from server.corrections import Corrections
from server.limits import Limits
from server.models import Models
from tests.report.browsers import Watched, launch, opened
from tests.server.servers import LABELS, FakeModels, SlowReader, photo, running

DROP = """([name, type, base64]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], name, { type }));
  return files;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from launch()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def client(models: Models, kept: Path) -> Iterator[httpx.Client]:
    with running(models, Corrections(kept, LABELS, Limits())) as client:
        yield client


@pytest.fixture
def watched(browser: Any, client: httpx.Client) -> Iterator[Watched]:
    with opened(browser, str(client.base_url)) as watched:
        yield watched
        # What it asks of others it would lack without a network.
        assert {
            url for url in watched.requested if not url.startswith((str(client.base_url), "data:", "blob:"))
        } == set()


def choose(page: Any, image: bytes, name: str = "letter.png") -> None:
    page.get_by_label("Choose or take a photo").set_input_files({"name": name, "mimeType": "", "buffer": image})


def says(page: Any, text: str, status: str = "#status") -> None:
    page.locator(status, has_text=text).wait_for(timeout=60_000)


def draw(page: Any) -> None:
    box = page.locator("#paper").bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 200, steps=4)
    page.mouse.up()


def picture(page: Any) -> str:
    return str(page.locator("#paper").evaluate("each => each.toDataURL()"))


def test_drawn_letter_is_read_and_cleared(watched: Watched) -> None:
    page = watched.page
    empty = picture(page)
    draw(page)
    says(page, "а, 75.0 %")
    assert picture(page) != empty
    assert page.get_by_label("The letter", exact=True).inner_text() == "а"
    bars = page.get_by_role("list", name="The likeliest letters").get_by_role("listitem")
    assert [text.split() for text in bars.all_inner_texts()[:1]] == [["а", "75.0", "%"]]
    assert bars.count() == 5
    lengths = bars.locator("b").evaluate_all(
        "all => all.map(each => each.clientWidth / each.parentElement.clientWidth)"
    )
    assert lengths == pytest.approx([0.75, 0, 0, 0, 0], abs=0.01)
    assert page.get_by_label("The part of the picture that is read").is_visible()
    page.get_by_role("button", name="Clear").click()
    assert picture(page) == empty
    assert not page.locator("#answer").is_visible()
    assert watched.logged == []


def test_finger_draws_too_and_the_page_does_not_scroll_under_it(browser: Any, client: httpx.Client) -> None:
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(str(client.base_url))
    box = page.locator("#paper").bounding_box()
    page.touchscreen.tap(box["x"] + 100, box["y"] + 100)
    says(page, "а, 75.0 %")
    assert page.locator("#paper").evaluate("each => getComputedStyle(each).touchAction") == "none"
    context.close()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_chosen_photo_is_shown_and_read(kind: str, watched: Watched) -> None:
    choose(watched.page, photo(5, 1500, 1500, kind))
    says(watched.page, "а, 75.0 %")
    assert watched.page.locator("#paper").evaluate("each => [each.width, each.height]") == [1024, 1024]
    assert watched.logged == []


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_photo_is_dropped_and_pasted(way: str, watched: Watched) -> None:
    page = watched.page

    files = page.evaluate_handle(DROP, ["a.png", "image/png", base64.b64encode(photo(6)).decode()])
    if way == "drop":
        page.dispatch_event("body", "drop", {"dataTransfer": files})
    else:
        page.evaluate("files => document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: files}))", files)
    says(page, "а, 75.0 %")


def test_photo_without_a_letter_says_so_and_cannot_be_right(watched: Watched) -> None:
    choose(watched.page, photo(7, 60, 40))
    says(watched.page, "No letter is found in it.")
    assert watched.page.get_by_label("The letter", exact=True).inner_text() == "–"
    assert watched.page.get_by_role("button", name="Right").is_disabled()


def test_wrong_file_is_told_as_text_and_the_next_one_is_read(watched: Watched) -> None:
    choose(watched.page, b"no picture", "<img src=x onerror=alert(1)>.png")
    says(watched.page, "<img src=x onerror=alert(1)>.png: cannot be read as a picture; give a PNG or a JPEG.")
    choose(watched.page, photo(8))
    says(watched.page, "а, 75.0 %")
    assert watched.logged == []


def test_corrections_are_kept_as_what_a_person_says(watched: Watched, kept: Path) -> None:
    page, picture = watched.page, photo(9)
    assert not page.locator("#teach").is_visible()
    choose(page, picture)
    page.get_by_role("button", name="Right").click()
    says(page, "Kept as а; 1 in all.", "#kept")
    assert page.locator("#folder").inner_text() == str(kept)
    choose(page, photo(10))
    says(page, "а, 75.0 %")
    page.get_by_label("It was really").select_option("ё")
    page.get_by_label("Written by").fill("Anna")
    page.get_by_role("button", name="Keep").click()
    says(page, "Kept as ё; 2 in all.", "#kept")
    choose(page, picture)
    says(page, "а, 75.0 %")
    page.get_by_label("It was really").select_option("б")
    page.get_by_role("button", name="Keep").click()
    says(page, "the photo is kept as 'а' already, on line 2 of the CSV", "#kept")
    records, bad = read_records(find_layout(kept), LABELS)
    assert bad == []
    assert [(LABELS[each.class_id], each.values[1]) for each in records] == [("а", None), ("ё", "Anna")]
    # To the pixel what the person gave.
    stored = decode_image(read_file(kept / IMAGE_FOLDER / records[0].file))
    assert image_id(stored) == image_id(decode_image(picture))


def test_page_does_not_offer_to_keep_what_is_not_kept(browser: Any, models: Models) -> None:
    with running(models) as client, opened(browser, str(client.base_url)) as watched:
        choose(watched.page, photo(11))
        says(watched.page, "а, 75.0 %")
        assert not watched.page.locator("#teach").is_visible()


def test_slow_server_is_waited_for_and_then_told(browser: Any) -> None:
    slow = SlowReader()
    try:
        with slow_page(browser, slow) as watched:
            choose(watched.page, photo(12))
            says(watched.page, "Reading ...")
            assert not watched.page.locator("#answer").is_visible()
            says(watched.page, "no answer within 1 s; ask for less at a time")
    finally:
        slow.go.set()


@contextmanager
def slow_page(browser: Any, slow: SlowReader) -> Iterator[Watched]:
    with (
        running(FakeModels(slow), limits=Limits(seconds=1)) as client,
        opened(browser, str(client.base_url)) as watched,
    ):
        yield watched


def test_server_that_is_gone_is_told(browser: Any, models: Models) -> None:
    with running(models) as client, opened(browser, str(client.base_url)) as watched:
        watched.page.context.set_offline(True)
        choose(watched.page, photo(13))
        says(watched.page, "The server cannot be reached.")


def test_answer_of_an_earlier_photo_never_stands_beside_a_later_one(watched: Watched) -> None:
    held: list[Any] = []
    watched.page.route("**/v1/models/**", lambda route: route.continue_() if held[1:] else held.append(route))
    choose(watched.page, photo(14, 60, 40))
    while len(held) < 2:
        watched.page.wait_for_timeout(20)
    choose(watched.page, photo(15))
    says(watched.page, "а, 75.0 %")
    for route in held:
        route.continue_()
    watched.page.wait_for_timeout(300)
    assert watched.page.locator("#status").inner_text() == "а, 75.0 %"


def test_page_is_used_by_keyboard_alone(watched: Watched, kept: Path) -> None:
    page = watched.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    # The browser is told to hand choosers over a moment after the test is.
    page.on("filechooser", lambda chooser: None)
    page.wait_for_timeout(500)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "letter.png", "mimeType": "image/png", "buffer": photo(16)})
    says(page, "а, 75.0 %")
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert reached == ["clear", "right", "really", "Keep", "writer"]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    says(page, "Kept as а", "#kept")


@pytest.mark.parametrize(("width", "scheme", "ground"), [
    (320, "light", "rgb(255, 255, 255)"), (360, "dark", "rgb(20, 23, 27)"), (1200, "dark", "rgb(20, 23, 27)"),
])  # fmt: skip
def test_page_fits_a_phone_and_follows_the_dark(
    width: int, scheme: str, ground: str, browser: Any, client: httpx.Client
) -> None:
    with opened(browser, str(client.base_url), width, scheme) as watched:
        choose(watched.page, photo(17))
        says(watched.page, "а, 75.0 %")
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
        assert watched.page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
        unlabelled = watched.page.locator("button, input, select").evaluate_all(
            "all => all.filter(each => !each.labels?.length && !each.textContent.trim()).length"
        )
        assert unlabelled == 0
