"""The folder: laid out like the real one, whole or not there, and honest about mistakes."""

import io
import json
from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image

from core.columns import required_columns
from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from sample import writer
from sample.parameters import Parameters
from sample.writer import RECORD_FILE_NAME, write_sample
from schema.curated import read_labels
from tests.sample.test_processes import fill_the_disk

LABELS = read_labels()
FOUR = Parameters(LABELS, 4, seed=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample of four photos of each letter, made by two workers."""
    return write_sample(tmp_path_factory.mktemp("sample") / "data", FOUR)


def files_of(directory: Path) -> dict[str, bytes]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


def rows_of(directory: Path) -> list[list[str]]:
    text = (directory / CSV_FILE_NAME).read_bytes().decode()
    return [line.split(",") for line in text.split("\r\n")]


def test_csv_is_like_the_real_one(folder: Path) -> None:
    raw = (folder / CSV_FILE_NAME).read_bytes()
    assert raw.startswith("letter,label,file,background\r\nа,1,01_01.png,0\r\n".encode())
    assert raw.count(b"\n") == raw.count(b"\r\n") == 4 * 33
    assert not raw.endswith(b"\n")
    header, *rows = rows_of(folder)
    assert tuple(header) == required_columns()
    assert [row[0] for row in rows] == [letter for letter in LABELS for _ in range(4)]
    assert all(LABELS[int(label) - 1] == letter for letter, label, _, _ in rows)


def test_every_letter_is_on_all_four_papers(folder: Path) -> None:
    papers: dict[str, set[str]] = defaultdict(set)
    for letter, _, _, background in rows_of(folder)[1:]:
        papers[letter].add(background)
    assert all(papers[letter] == set("0123") for letter in LABELS)


def test_images_are_the_rgba_pngs_that_the_csv_names(folder: Path) -> None:
    images = folder / IMAGE_FOLDER
    named = [row[2] for row in rows_of(folder)[1:]]
    assert sorted(path.name for path in images.iterdir()) == sorted(named)
    sizes: dict[tuple[int, int], int] = defaultdict(int)
    for name in named:
        image = Image.open(io.BytesIO((images / name).read_bytes()))
        assert (image.format, image.mode) == ("PNG", "RGBA")
        assert image.getchannel("A").getextrema() == (255, 255)
        sizes[image.size] += 1
    assert sizes == {(32, 32): 129, (31, 32): 1, (33, 32): 1, (32, 31): 1}


def test_bytes_do_not_depend_on_workers(folder: Path, tmp_path: Path) -> None:
    alone = write_sample(tmp_path / "alone", FOUR, workers=1)
    assert files_of(alone) == files_of(folder)


def test_smaller_sample_is_part_of_the_larger(folder: Path, tmp_path: Path) -> None:
    small = files_of(write_sample(tmp_path / "small", Parameters(LABELS, 1, seed=1)))
    large = files_of(folder)
    photos = [name for name in small if name.endswith(".png")]
    assert len(photos) == 33
    assert all(small[name] == large[name] for name in photos)


def test_same_sample_is_not_written_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "in_processes", None)
    assert write_sample(str(folder), FOUR) == folder


def test_record_tells_the_parameters(folder: Path) -> None:
    record = json.loads((folder / RECORD_FILE_NAME).read_text())
    assert record.pop("drawing") >= 1
    fonts = ["caveat", "great-vibes", "lobster", "pacifico"]
    assert record == {"per_letter": 4, "seed": 1, "fonts": fonts}


def test_another_sample_is_left_alone(folder: Path) -> None:
    before = files_of(folder)
    others = (
        Parameters(LABELS, 4, 2),
        Parameters(LABELS, 5, 1),
        Parameters(LABELS, 4, 1, ("caveat",)),
        Parameters(LABELS[:-1], 4, 1),
        Parameters((*LABELS[1:], LABELS[0]), 4, 1),
    )
    for other in others:
        with pytest.raises(UserError, match="holds a sample of other parameters"):
            write_sample(folder, other)
    assert files_of(folder) == before


@pytest.mark.parametrize("name", [f"{IMAGE_FOLDER}/02_01.png", CSV_FILE_NAME])
def test_damaged_sample_is_not_taken_for_whole(tmp_path: Path, name: str) -> None:
    few = Parameters(LABELS[:2], 1, hands=("pen",))
    made = write_sample(tmp_path / "made", few, workers=1)
    (made / name).unlink()
    with pytest.raises(UserError, match="files missing"):
        write_sample(made, few)


@pytest.mark.parametrize("content", [None, "photo.png"])
def test_folder_of_something_else_is_left_alone(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / content).touch()
    with pytest.raises(UserError, match="exists and is not a sample"):
        write_sample(tmp_path, FOUR)


def test_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"cannot write .*: Not a directory"):
        write_sample(tmp_path / "file" / "new", FOUR)


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(writer, "_write_photos", fill_the_disk)
    with pytest.raises(UserError, match="cannot write .*: No space left on device" if workers else "workers must be 1"):
        write_sample(tmp_path / "new", FOUR, workers)
    assert list(tmp_path.iterdir()) == []
