"""Rows and the files they name: what is a record, and what is wrong with the others, all in one go."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from components.example_gen import read_csv
from components.example_gen.read_csv import read_records
from components.example_gen.records import BadRecord


def test_records_keep_the_csv_order_and_lines(layout_of: Callable) -> None:
    records, bad = read_records(layout_of("в,3,c.png,2\n\nа,1,a.png,0\n"))
    assert [(r.line, r.letter, r.class_id, r.background, r.file) for r in records] == [
        (2, "в", 2, 2, "c.png"),
        (4, "а", 0, 0, "a.png"),
    ]
    assert bad == []


def test_every_bad_row_is_gathered_with_its_own_line(layout_of: Callable) -> None:
    rows = [
        "a,1,a.png,0",  # Latin
        "а,1,a.png,0",
        "",
        "б,1,b.png,0",
        "А,1,b.png,0",
        "б,2,b.png,9",
        "б,2",
        "б,2,b.png,0,0",
        "б,2,none.png,0",
        "а,1,a.png,0",
        '"б\n",2,b.png,0',
        "б,2,b.png,0",
        "б\u200b,2,b.png,0",
    ]
    records, bad = read_records(layout_of("\n".join(rows)))
    assert [record.line for record in records] == [3, 14]
    expected = {
        2: "U+0061 LATIN SMALL LETTER A",
        5: "label 1 is 'а', but the letter is 'б'",
        6: "is upper case",
        7: "background '9' is no whole number from 0 to 3",
        8: "the file name is missing",
        9: "the row has more fields than the header",
        10: "the file does not exist",
        11: "the file is on line 3 already",
        12: "U+000A unnamed",
        15: "U+200B ZERO WIDTH SPACE",
    }
    assert [record.line for record in bad] == list(expected)
    for record, reason in zip(bad, expected.values(), strict=True):
        assert reason in record.reason


def test_bad_row_keeps_the_file_name_as_it_was_typed(layout_of: Callable) -> None:
    _, bad = read_records(layout_of("а,1, a.png,0\n"))
    assert bad == [BadRecord(2, " a.png", "the file does not exist")]


def test_row_with_a_trailing_comma_loses_nothing_and_is_taken(layout_of: Callable) -> None:
    records, bad = read_records(layout_of("а,1,a.png,0,\nб,2,b.png,0,,\n"))
    assert (len(records), bad) == (2, [])


def test_file_of_a_bad_row_may_be_named_again_by_a_good_one(layout_of: Callable) -> None:
    records, bad = read_records(layout_of("a,1,a.png,0\nа,1,a.png,0\n"))
    assert ([r.line for r in records], [b.line for b in bad]) == ([3], [2])


@pytest.mark.parametrize(
    "name", ["a b.png", "буква й.png", "и\u0306.png", "deep/er/x.png", "=1+1.png", "-x", "a,b.png"]
)
def test_odd_file_names_are_taken_as_they_are(layout_of: Callable, name: str) -> None:
    layout = layout_of(f'а,1,"{name}",0\n')
    (layout.images / name).parent.mkdir(parents=True, exist_ok=True)
    (layout.images / name).touch()
    records, bad = read_records(layout)
    assert ([record.file for record in records], bad) == ([name], [])


def reason_for(layout_of: Callable, file: str, prepare: Callable[[Path], None] = lambda images: None) -> str:
    layout = layout_of(f'а,1,"{file}",0\n')
    prepare(layout.images)
    records, (bad,) = read_records(layout)
    assert records == []
    assert (bad.line, bad.file) == (2, file)
    return bad.reason


@pytest.mark.parametrize(
    "file", ["../all_letters_info.csv", "x/../../all_letters_info.csv", "/etc/hostname", "..", ".", "a.png/.."]
)
def test_name_that_leads_out_of_the_image_folder_is_refused(layout_of: Callable, file: str) -> None:
    assert (
        reason_for(layout_of, file, lambda images: (images / "x").mkdir()) == "the file lies outside the image folder"
    )


def test_sibling_folder_with_the_same_beginning_is_outside(layout_of: Callable) -> None:
    def prepare(images: Path) -> None:
        images.with_name("images2").mkdir()
        (images.with_name("images2") / "a.png").touch()

    assert reason_for(layout_of, "../images2/a.png", prepare) == "the file lies outside the image folder"


def test_symlink_out_of_the_image_folder_is_refused(layout_of: Callable) -> None:
    reason = reason_for(layout_of, "x.png", lambda images: (images / "x.png").symlink_to("/etc/hostname"))
    assert reason == "the file lies outside the image folder"


def test_folder_that_is_a_symlink_out_is_refused(layout_of: Callable, tmp_path: Path) -> None:
    (tmp_path / "x.png").touch()
    reason = reason_for(layout_of, "out/x.png", lambda images: (images / "out").symlink_to(tmp_path))
    assert reason == "the file lies outside the image folder"


def test_symlink_within_the_folder_and_a_folder_that_is_one_are_taken(layout_of: Callable, tmp_path: Path) -> None:
    layout = layout_of("а,1,x.png,0\n")
    (layout.images / "x.png").symlink_to("a.png")
    (tmp_path / "link").symlink_to(layout.images)
    for images in (layout.images, tmp_path / "link"):
        records, bad = read_records(type(layout)(layout.csv, images))
        assert (len(records), bad) == (1, [])


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "FIFO"])
def test_what_is_no_regular_file_is_refused_without_being_opened(layout_of: Callable, make: Callable) -> None:
    assert reason_for(layout_of, "x.png", lambda images: make(images / "x.png")) == "the file is not a regular file"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("A.png", "the file does not exist"),
        ("a.png ", "the file does not exist"),
        ("none/a.png", "the file does not exist"),
        ("a.png/a.png", "the file cannot be read: Not a directory"),
        ("x" * 5000, "the file cannot be read: File name too long"),
    ],
    ids=["case", "space behind", "no folder", "a file as folder", "too long"],
)
def test_missing_file_is_told(layout_of: Callable, file: str, reason: str) -> None:
    assert reason_for(layout_of, file) == reason


def test_symlink_loop_is_told(layout_of: Callable) -> None:
    reason = reason_for(layout_of, "x.png", lambda images: (images / "x.png").symlink_to("x.png"))
    assert reason == "the file cannot be read: Too many levels of symbolic links"


def test_plain_file_costs_one_look_at_the_file_system(layout_of: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = layout_of("а,1,a.png,0\nб,2,b.png,0\n")
    resolved = []
    realpath = os.path.realpath
    monkeypatch.setattr(read_csv.os.path, "realpath", lambda path: resolved.append(path) or realpath(path))
    records, _ = read_records(layout)
    assert len(records) == 2
    # Only the folder's own; to resolve every name takes a look for each folder above it.
    assert resolved == [layout.images]
