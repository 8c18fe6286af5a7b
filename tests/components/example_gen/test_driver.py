"""The data folder's fingerprint sees content and names, and nothing else; TFX's driver uses it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tfx.components.example_gen import driver
from tfx.orchestration import data_types

from components.example_gen.component import LetterExampleGen
from components.example_gen.driver import Driver, content_fingerprint
from components.example_gen.layout import DataLayout, find_layout
from components.example_gen.records import read_records
from components.settings import DataSettings
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from schema.curated import read_labels


def fingerprint(data: Path) -> str:
    return fingerprint_of(find_layout(data))


def fingerprint_of(layout: DataLayout) -> str:
    records, _ = read_records(layout, read_labels())
    return content_fingerprint([layout], records)


def test_other_folder_and_other_times_change_nothing(letters_folder: Path, copied: Path) -> None:
    for path in copied.rglob("*"):
        os.utime(path, (1, 1))
    assert fingerprint(copied) == fingerprint(letters_folder)


def test_flat_folder_of_the_same_content_has_the_same_fingerprint(letters_folder: Path, tmp_path: Path) -> None:
    flat = Path(shutil.copytree(letters_folder / IMAGE_FOLDER, tmp_path / "flat"))
    shutil.copy(letters_folder / CSV_FILE_NAME, flat)
    assert fingerprint(flat) == fingerprint(letters_folder)


def change_one_bit(data: Path) -> None:
    path = data / IMAGE_FOLDER / "20_03.png"
    status, content = path.stat(), bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def swap_two_images(data: Path) -> None:
    one, two = data / IMAGE_FOLDER / "01_01.png", data / IMAGE_FOLDER / "02_01.png"
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def rename_image_and_row(data: Path) -> None:
    (data / IMAGE_FOLDER / "01_01.png").rename(data / IMAGE_FOLDER / "renamed.png")
    edit_csv("01_01.png", "renamed.png")(data)


def edit_csv(old: str, new: str) -> Callable[[Path], None]:
    def edit(data: Path) -> None:
        csv = data / CSV_FILE_NAME
        csv.write_bytes(csv.read_bytes().replace(old.encode(), new.encode()))

    return edit


@pytest.mark.parametrize(
    "change",
    [
        change_one_bit,
        swap_two_images,
        rename_image_and_row,
        lambda data: (data / IMAGE_FOLDER / "01_01.png").unlink(),
        lambda data: (data / IMAGE_FOLDER / "01_01.png").rename(data / IMAGE_FOLDER / "other.png"),
        edit_csv("01_01.png,0", "01_01.png,1"),
        edit_csv("\r\n", "\n"),
    ],
    ids=["one bit, same time", "swapped", "renamed", "deleted", "renamed without its row", "paper", "line breaks"],
)
def test_each_change_of_the_data_is_seen(copied: Path, change: Callable[[Path], None]) -> None:
    before = fingerprint(copied)
    change(copied)
    assert fingerprint(copied) != before


def test_image_with_any_other_ending_is_seen_too(copied: Path) -> None:
    (copied / IMAGE_FOLDER / "01_01.png").rename(copied / IMAGE_FOLDER / "photo.dat")
    edit_csv("01_01.png", "photo.dat")(copied)
    before = fingerprint(copied)
    (copied / IMAGE_FOLDER / "photo.dat").write_bytes(b"another")
    assert fingerprint(copied) != before


@pytest.mark.parametrize("name", ["notes.txt", f"{IMAGE_FOLDER}/unnamed.png", f"{IMAGE_FOLDER}/.DS_Store"])
def test_file_that_no_row_names_is_no_change(copied: Path, name: str) -> None:
    before = fingerprint(copied)
    (copied / name).write_bytes(b"whatever")
    assert fingerprint(copied) == before


def test_border_between_two_files_is_seen(layout_of: Callable) -> None:
    layout = layout_of("а,1,a.png,0\nб,2,b.png,0\n")
    found = set()
    for one, two in ((b"xy", b"z"), (b"x", b"yz"), (b"xyz", b""), (b"", b"xyz")):
        (layout.images / "a.png").write_bytes(one)
        (layout.images / "b.png").write_bytes(two)
        found.add(fingerprint_of(layout))
    assert len(found) == 4


def test_driver_of_the_component_fingerprints_content(letters_folder: Path) -> None:
    component = LetterExampleGen(str(letters_folder), DataSettings(), read_labels(), "digest")
    made = component.DRIVER_CLASS(None)
    assert isinstance(made, Driver)
    assert isinstance(made, driver.FileBasedDriver)
    nothing = data_types.PipelineInfo("", "")
    properties = dict(component.exec_properties)
    resolved = made.resolve_exec_properties(properties, nothing, data_types.ComponentInfo("", "", nothing))
    assert resolved["input_fingerprint"] == fingerprint(letters_folder)
    assert (resolved["span"], resolved["input_base"]) == (0, str(letters_folder))
