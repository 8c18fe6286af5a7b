"""A data folder that changes while the run reads it: told in words, and never kept as what it was before."""

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.example_gen.images import encode_png
from core.features import CSV_FILE_NAME
from tests.hostile.first_steps import stop_after_example_gen
from tests.hostile.hostile_runs import Done, assert_refused, noise

Call = Callable[..., Done]
Change = Callable[[Path], object]


def at(monkeypatch: pytest.MonkeyPatch, target: str, change: Callable[[], object], *, first: bool) -> None:
    """Has `change` happen once, just before (`first`) or just after the first call of a function."""
    module, _, name = target.rpartition(".")
    real, changes = getattr(importlib.import_module(module), name), [change]

    def meddled(*arguments: Any) -> Any:
        if first and changes:
            changes.pop()()
        result = real(*arguments)
        if changes:
            changes.pop()()
        return result

    monkeypatch.setattr(target, meddled)


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


EXECUTOR = "components.example_gen.executor.read_folders"
FINGERPRINT = "components.example_gen.driver.read_folders"


@pytest.mark.parametrize(
    ("meddling", "reason"),
    [
        (("pipeline.local.run.check_data", Path.unlink), "the file does not exist"),
        ((FINGERPRINT, Path.unlink), "the file does not exist"),
        ((EXECUTOR, Path.unlink), "the file cannot be read: No such file or directory"),
        ((EXECUTOR, fifo), "the file is not a regular file"),
        ((EXECUTOR, lambda path: path.write_bytes(b"")), "the file is empty"),
    ],
    ids=["gone after the first look", "gone before the fingerprint", "gone", "a FIFO", "cut"],
)
@pytest.mark.timeout(120)
def test_image_that_changes_is_told_with_its_line(
    call: Call, flat: Path, monkeypatch: pytest.MonkeyPatch, meddling: tuple[str, Change], reason: str
) -> None:
    target, change = meddling
    at(monkeypatch, target, lambda: change(flat / "b.png"), first=False)
    done = call()
    assert_refused(done, early=False)
    assert done.lines[0] == f"{CSV_FILE_NAME}, line 3: b.png: {reason}"
    assert list(done.listed) == [3]


def test_csv_that_vanishes_is_told(call: Call, flat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv = flat / CSV_FILE_NAME
    at(monkeypatch, FINGERPRINT, csv.unlink, first=False)
    done = call()
    assert_refused(done, early=False)
    assert done.lines == [f"{csv}: cannot be read: No such file or directory"]


@pytest.mark.parametrize("name", ["b.png", CSV_FILE_NAME])
def test_what_was_not_fingerprinted_is_never_kept(
    call: Call, flat: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    stop_after_example_gen(monkeypatch)
    old = (flat / name).read_bytes()
    new = old.replace(b"0\n", b"2\n") if name == CSV_FILE_NAME else encode_png(noise(9))
    at(monkeypatch, EXECUTOR, lambda: (flat / name).write_bytes(new), first=True)
    done = call()
    assert_refused(done, early=False)
    assert done.lines == [f"{flat}: the data changed while they were read; run again when they are complete"]
    # With the old content the run would find the new photos under its fingerprint.
    (flat / name).write_bytes(old)
    again = call()
    assert (again.err, again.summary["components"]["LetterExampleGen"]["cached"]) == ("", False)
    assert call().summary["components"]["LetterExampleGen"]["cached"]
