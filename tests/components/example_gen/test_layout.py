"""Where the CSV and the images of a data folder are found, and which files a row may name."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from components.example_gen import layout as layout_module
from components.example_gen.layout import find_layout, find_layouts, source_names
from components.example_gen.records import read_records
from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from schema.curated import read_labels

LABELS = read_labels()
OUTER = IMAGE_FOLDER.partition("/")[0]


def make(folder: Path, *files: str) -> Path:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    return folder


@pytest.mark.parametrize("images", [IMAGE_FOLDER, OUTER, "."], ids=["nested as Kaggle's", "half nested", "flat"])
@pytest.mark.parametrize("name", ["01_01.png", "01_01.PNG", "01_01.jpg", "IMG_1.JPEG"])
def test_images_are_found_nested_and_flat(tmp_path: Path, images: str, name: str) -> None:
    layout = find_layout(make(tmp_path, CSV_FILE_NAME, f"{images}/{name}"))
    assert layout.csv == tmp_path / CSV_FILE_NAME
    assert layout.images == tmp_path / images


def test_innermost_folder_with_a_png_is_taken(tmp_path: Path) -> None:
    make(tmp_path, CSV_FILE_NAME, "stray.png", f"{OUTER}/01_01.png", f"{IMAGE_FOLDER}/readme.txt")
    assert find_layout(tmp_path).images == tmp_path / OUTER


def test_text_path_is_taken_as_well(tmp_path: Path) -> None:
    make(tmp_path, CSV_FILE_NAME, "01_01.png")
    assert find_layout(str(tmp_path)) == find_layout(tmp_path)


@pytest.mark.parametrize(
    ("files", "data", "message"),
    [
        ([], "none", f"none: no such folder; give the folder that holds {CSV_FILE_NAME}"),
        (["file"], "file", f"file: not a folder; give the folder that holds {CSV_FILE_NAME}"),
        (["a.png"], ".", f"{CSV_FILE_NAME}: no such file; the data folder must hold it"),
        ([f"{CSV_FILE_NAME}/x", "a.png"], ".", f"{CSV_FILE_NAME}: no such file; the data folder must hold it"),
        (
            [CSV_FILE_NAME, "a.gif"],
            ".",
            f"no PNG or JPEG files in {IMAGE_FOLDER}/ or beside the CSV; put the images there",
        ),
        ([CSV_FILE_NAME, "other/a.png"], ".", f"no PNG or JPEG files in {IMAGE_FOLDER}/ or beside the CSV"),
        ([CSV_FILE_NAME, OUTER], ".", f"no PNG or JPEG files in {IMAGE_FOLDER}/ or beside the CSV"),
    ],
    ids=["no folder", "a file", "no CSV", "CSV is a folder", "no image", "image elsewhere", "image folder is a file"],
)
def test_missing_piece_is_told_in_one_line(tmp_path: Path, files: list[str], data: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        find_layout(make(tmp_path, *files) / data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folder_name_too_long_for_the_system_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: File name too long"):
        find_layout(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    "name", ["a b.png", "буква й.png", "и\u0306.png", "deep/er/x.png", "=1+1.png", "-x", "a,b.png"]
)
def test_odd_file_names_are_taken_as_they_are(layout_of: Callable, name: str) -> None:
    layout = layout_of(f'а,1,"{name}",0\n')
    (layout.images / name).parent.mkdir(parents=True, exist_ok=True)
    (layout.images / name).touch()
    records, bad = read_records(layout, LABELS)
    assert ([record.file for record in records], bad) == ([name], [])


def reason_for(layout_of: Callable, file: str, prepare: Callable[[Path], None] = lambda images: None) -> str:
    layout = layout_of(f'а,1,"{file}",0\n')
    prepare(layout.images)
    records, (bad,) = read_records(layout, LABELS)
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
        records, bad = read_records(type(layout)(layout.csv, images), LABELS)
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
    monkeypatch.setattr(layout_module.os.path, "realpath", lambda path: resolved.append(path) or realpath(path))
    records, _ = read_records(layout, LABELS)
    assert len(records) == 2
    # Only the folder's own; to resolve every name takes a look for each folder above it.
    assert resolved == [layout.images]


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["/x/a", "/y/b"], ["a", "b"]),
        (["/x/a", "/y/a", "/y/b"], ["x/a", "y/a", "y/b"]),
        (["gs://bucket/letters", "/mnt/letters"], ["bucket/letters", "mnt/letters"]),
    ],
)
def test_folders_are_named_by_as_little_as_tells_them_apart(folders: list[str], names: list[str]) -> None:
    assert source_names(folders) == names


def test_a_folder_given_twice_is_refused() -> None:
    with pytest.raises(UserError, match=r"^/x/a: this data folder is given twice; give it once$"):
        source_names(["/x/a", "/x/b", "/x/a"])


def test_one_folder_has_no_name_and_several_have(tmp_path: Path) -> None:
    one, two = (make(tmp_path / name, CSV_FILE_NAME, "a.png") for name in ("one", "two"))
    assert [layout.source for layout in find_layouts([one])] == [None]
    assert [(layout.source, layout.images) for layout in find_layouts([one, two])] == [("one", one), ("two", two)]
