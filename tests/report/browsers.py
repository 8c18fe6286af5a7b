"""Pages in a real browser, with everything noted that a page must not do."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Tests may run as root, where Chromium has no sandbox; the rest keeps it from asking the network of its own accord.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Watched:
    """A page, what it logged, and what it asked of the network."""

    page: Any
    logged: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)


def launch() -> Iterator[Any]:
    """Yields a headless Chromium, or skips the test with the reason."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is on the PATH; `make browser` installs one as root")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, place: Path | str, width: int = 1200, scheme: str = "light") -> Iterator[Watched]:
    """Opens a page from disk, offline, or from a URL."""
    offline = isinstance(place, Path)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=offline)
    watched = Watched(context.new_page())
    watched.page.on("console", lambda message: watched.logged.append(f"{message.type}: {message.text}"))
    watched.page.on("pageerror", lambda error: watched.logged.append(str(error)))
    watched.page.on("dialog", lambda dialog: watched.logged.append(f"dialog: {dialog.message}"))
    watched.page.on("request", lambda request: watched.requested.append(request.url))
    watched.page.goto(place.as_uri() if isinstance(place, Path) else place)
    yield watched
    context.close()
