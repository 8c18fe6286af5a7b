"""What INPUT of a prediction means, and what is refused as INPUT."""

import os
import shutil
from pathlib import Path

import pytest

from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.predict.inputs import Source, find_sources
from schema.curated import read_labels

LABELS = read_labels()


def names(*inputs: object) -> list[str]:
    return [os.fsdecode(source.file) for source in find_sources([str(given) for given in inputs], LABELS)]


def copied_row(data: Path, file: str) -> None:
    """Adds the row of 01_01.png to the CSV once more, under another name."""
    csv = data / CSV_FILE_NAME
    text = csv.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ",01_01.png," in line).replace("01_01.png", file)
    csv.write_text(f"{text.rstrip()}\n{row}\n", encoding="utf-8")


def test_data_folder_gives_its_images_and_their_letters(letters_folder: Path) -> None:
    sources = find_sources([str(letters_folder)], LABELS)
    assert len(sources) == 4 * 33
    assert Source(os.fsencode(letters_folder / IMAGE_FOLDER / "01_01.png"), "а") in sources


def test_data_folder_gives_what_its_csv_names_whatever_the_folder_and_the_ending(
    letters_folder: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    images = data / IMAGE_FOLDER
    (images / "x").mkdir()
    for name in ("x/01_01.png", "01_01.image", "unnamed.png"):
        shutil.copy(images / "02_01.png", images / name)
    copied_row(data, "x/01_01.png")
    copied_row(data, "01_01.image")
    found = find_sources([str(data)], LABELS)
    assert len(found) == 4 * 33 + 2
    assert {source for source in found if b"01_01" in source.file} == {
        Source(os.fsencode(images / name), "а") for name in ("01_01.png", "x/01_01.png", "01_01.image")
    }


def test_rows_of_the_csv_that_are_no_records_are_bad(letters_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    (data / IMAGE_FOLDER / "02_01.png").unlink()
    copied_row(data, "03_01.png")
    reasons = {
        os.path.basename(source.file): source.reason for source in find_sources([str(data)], LABELS) if source.reason
    }
    assert reasons.keys() == {b"02_01.png", b"03_01.png"}
    assert reasons[b"02_01.png"].startswith(f"{CSV_FILE_NAME}, line ")
    assert reasons[b"02_01.png"].endswith(": the file does not exist")
    assert "is on line" in reasons[b"03_01.png"]


def test_folder_of_images_has_no_letters(letters_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(letters_folder / IMAGE_FOLDER, tmp_path / "images")
    (folder / "folder.png").mkdir()
    (folder / "notes.txt").touch()
    (folder / "01_01.png").rename(folder / "01_01.JPeG")
    sources = find_sources([str(folder)], LABELS)
    assert len(sources) == 4 * 33
    assert {source[1:] for source in sources} == {("", "", False)}
    assert f"{folder}/01_01.JPeG" in names(folder)


def test_file_and_glob_name_files_as_they_are_typed(letters_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(letters_folder / IMAGE_FOLDER)
    for given, expected in (
        ("01_01.png", ["01_01.png"]),
        ("01_*.png", [f"./01_0{n}.png" for n in range(1, 5)]),
        ("../*/01_0[12].png", [f"../{Path(IMAGE_FOLDER).name}/01_0{n}.png" for n in (1, 2)]),
    ):
        assert names(given) == expected


def test_inputs_are_read_one_after_another(letters_folder: Path) -> None:
    images = letters_folder / IMAGE_FOLDER
    assert names(images / "02_01.png", images / "01_*.png", images / "02_01.png") == [
        f"{images}/{name}.png" for name in ("02_01", "01_01", "01_02", "01_03", "01_04", "02_01")
    ]


def test_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    for name in ("a[1].png", "a1.png"):
        (tmp_path / name).touch()
    assert names(tmp_path / "a[1].png") == [f"{tmp_path}/a[1].png"]


@pytest.mark.parametrize("name", ["data_tfrecord-00000-of-00001.gz", "photos.tfrecord"])
def test_tfrecords_are_known_by_their_name(tmp_path: Path, name: str) -> None:
    for file in (name, "a.png"):
        (tmp_path / file).touch()
    for given in (tmp_path / name, tmp_path, tmp_path / "*tfrecord*"):
        assert find_sources([str(given)], LABELS) == [Source(os.fsencode(tmp_path / name), records=True)]


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "none").mkdir()
    for given in (tmp_path / "none", tmp_path / "*.png", tmp_path / "*.tfrecord"):
        with pytest.raises(UserError) as raised:
            find_sources([str(tmp_path / "a.jpg"), str(given)], LABELS)
        assert str(raised.value) == f"{given}: no photos there"


def test_names_are_the_same_however_the_csv_spells_them(letters_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    csv = data / CSV_FILE_NAME
    csv.write_text(csv.read_text(encoding="utf-8").replace(",01_01.png,", ",./01_01.png,"), encoding="utf-8")
    assert f"{data}/{IMAGE_FOLDER}/01_01.png" in names(data)
