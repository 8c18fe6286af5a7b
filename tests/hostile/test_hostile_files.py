"""Names in the CSV that are no plain file below the image folder: refused with the row's line, and never opened."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from core.features import IMAGE_FOLDER
from tests.hostile.hostile_runs import ROWS, Done, assert_refused, assert_row_refused, row, write_csv

Call = Callable[..., Done]
OUTSIDE = "the file lies outside the image folder"
MISSING = "the file does not exist"


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        ("../secret.png", "../secret.png", OUTSIDE),
        ("x/../../secret.png", "x/../../secret.png", OUTSIDE),
        ("/etc/passwd", "/etc/passwd", OUTSIDE),
        ("..", "..", OUTSIDE),
        (".", ".", OUTSIDE),
        ("C.png", "C.png", MISSING),
        ("c.png ", "c.png ", MISSING),
        ("C:\\images\\c.png", "C:\\images\\c.png", MISSING),
        ("file:///etc/passwd", "file:///etc/passwd", MISSING),
        ("~/c.png", "~/c.png", MISSING),
        ("x" * 300, "x" * 57 + "...", "the file cannot be read: File name too long"),
        ("no\nsuch.png", r"no\nsuch.png", MISSING),
        ("\x1b[31m.png", r"\x1b[31m.png", MISSING),
        ("c.png/x", "c.png/x", "the file cannot be read: Not a directory"),
    ],
    ids=["..", ".. within", "absolute", "parent", "the folder", "other case", "space behind", "Windows", "URL", "home",
         "300 characters", "line break", "escape sequence", "below a file"],
)  # fmt: skip
def test_name_that_leads_to_no_image_is_refused(call: Call, flat: Path, name: str, shown: str, reason: str) -> None:
    (flat / "x").mkdir()
    (flat.parent / "secret.png").write_bytes((flat / "c.png").read_bytes())
    write_csv(flat, [*ROWS, row("в", 3, name)])
    assert_row_refused(call(), 4, shown, reason)


def _link_out(path: Path) -> None:
    (path.parent.parent / "secret.png").write_bytes(b"")
    path.symlink_to("../secret.png")


def _device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero: without an end
    except PermissionError:
        pytest.skip("only root may make a device")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkdir, "the file is not a regular file"),
        (os.mkfifo, "the file is not a regular file"),
        (_device, "the file is not a regular file"),
        (_link_out, OUTSIDE),
        (lambda path: path.symlink_to("/dev/zero"), OUTSIDE),
        (lambda path: path.symlink_to("x.png"), "the file cannot be read: Too many levels of symbolic links"),
        (lambda path: path.symlink_to("nowhere.png"), MISSING),
    ],
    ids=["folder", "FIFO", "device", "symlink out", "symlink to a device", "symlink loop", "dangling symlink"],
)
@pytest.mark.timeout(60)
def test_what_is_no_file_is_refused_and_never_opened(
    call: Call, flat: Path, make: Callable[[Path], None], reason: str
) -> None:
    make(flat / "x.png")
    write_csv(flat, [*ROWS, "в,3,x.png,0"])
    assert_row_refused(call(), 4, "x.png", reason)


def test_images_beside_the_image_folder_are_not_found_through_a_symlinked_folder(call: Call, flat: Path) -> None:
    images = flat / IMAGE_FOLDER
    images.mkdir(parents=True)
    for name in ("a.png", "b.png"):
        (flat / name).rename(images / name)
    (images / "out").symlink_to(flat)
    write_csv(flat, [*ROWS, "в,3,out/c.png,0"])
    assert_row_refused(call(), 4, "out/c.png", OUTSIDE)


def test_csv_that_is_no_regular_file_is_told_at_once(call: Call, flat: Path) -> None:
    csv = flat / "all_letters_info.csv"
    csv.unlink()
    os.mkfifo(csv)
    done = call()
    assert_refused(done)
    assert done.lines == [f"{csv}: no such file; the data folder must hold it"]
