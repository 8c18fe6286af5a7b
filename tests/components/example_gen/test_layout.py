"""Where the CSV and the images of a data folder are found."""

from pathlib import Path

import pytest

from components.example_gen.layout import find_layout, find_layouts, source_names
from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER

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
