"""The photos that `predict.py` reads: whatever their names and their kind, each is read or listed."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from components.example_gen.images import MAX_FILE_BYTES
from console.command import ExitStatus
from core import features
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.predict.inputs import find_sources
from pipeline.predict.photos import Photo, photos_in
from tests.model_fixtures import write_examples
from tests.pipeline.predict.conftest import rows_of


def test_names_that_no_table_can_hold_are_escaped_also_from_a_glob_of_the_current_folder(
    predict: Any, letters_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = (letters_folder / IMAGE_FOLDER / "01_01.png").read_bytes()
    (tmp_path / "in").mkdir()
    for name in (b"x\xff.png", b"a\rb\nc.png"):
        (tmp_path / "in" / os.fsdecode(name)).write_bytes(photo)
    monkeypatch.chdir(tmp_path / "in")
    status, _, err = predict("*.png")
    assert (status, err) == (ExitStatus.DONE, "")
    assert {row["file"] for row in rows_of(tmp_path / "letters.csv")} == {r"./x\xff.png", "./a\rb\nc.png"}


def test_record_whose_name_is_no_utf_8_or_a_formula_spoils_nothing(
    predict: Any, letters_folder: Path, tmp_path: Path
) -> None:
    photo = (letters_folder / IMAGE_FOLDER / "01_01.png").read_bytes()
    values = {features.FILE: b"=1+\xff.png", features.IMAGE: photo, features.LETTER: "а".encode()}
    feature = {key: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value])) for key, value in values.items()}
    with tf.io.TFRecordWriter(str(tmp_path / "a.tfrecord")) as writer:
        writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
    status, _, err = predict(tmp_path / "a.tfrecord")
    assert (status, err) == (ExitStatus.DONE, "")
    assert [row["file"] for row in rows_of(tmp_path / "letters.csv")] == [r"'=1+\xff.png"]


def test_files_that_cannot_be_read_are_listed_and_hold_up_nothing(
    predict: Any, letters_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    shutil.copy(letters_folder / IMAGE_FOLDER / "01_01.png", folder)
    os.mkfifo(folder / "fifo.png")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "device.png").symlink_to("/dev/zero")
    with (folder / "large.png").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    for given in (folder, folder / "*.png"):
        status, out, err = predict(given)
        assert (status, out.splitlines()[0], err) == (ExitStatus.DONE, f"{tmp_path}/letters.csv: 1 photos", "")
        assert {Path(row["file"]).name: row["reason"] for row in rows_of(tmp_path / "letters.bad.csv")} == {
            "fifo.png": "the file is not a regular file",
            "device.png": "the file is not a regular file",
            "loop.png": "the file cannot be read: Too many levels of symbolic links",
            "large.png": f"the file is larger than {MAX_FILE_BYTES} bytes",
        }


def test_letter_is_known_by_the_path_not_by_the_base_name(predict: Any, letters_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    images, table = data / IMAGE_FOLDER, data / CSV_FILE_NAME
    (images / "x").mkdir()
    shutil.copy(images / "01_01.png", images / "x" / "02_01.png")
    text = table.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ",01_01.png," in line)
    table.write_text(f"{text.rstrip()}\n{row.replace('01_01.png', 'x/02_01.png')}\n", encoding="utf-8")
    (images / "03_01.png").unlink()
    predict(data)
    truth = {row["file"]: row["truth"] for row in rows_of(tmp_path / "letters.csv")}
    assert (truth[f"{images}/02_01.png"], truth[f"{images}/x/02_01.png"]) == ("б", "а")
    (bad,) = rows_of(tmp_path / "letters.bad.csv")
    assert bad["file"] == f"{images}/03_01.png"
    assert bad["reason"].endswith(": the file does not exist")


def test_workers_in_other_folders_read_the_photos_under_the_names_that_were_typed(
    letters_folder: Path, photo_examples: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(letters_folder, folder)
    write_examples(folder / "examples", photo_examples, "eval")
    monkeypatch.chdir(folder)
    image = f"{IMAGE_FOLDER}/01_01.png"
    sources = find_sources([image, "examples/Split-eval"], ())
    content = Path(image).read_bytes()
    monkeypatch.chdir(tmp_path)
    photos = [photo for source in sources for photo in photos_in(source, os.fsencode(folder))]
    assert photos[0] == Photo(image, content)
    assert len(photos) == 1 + 4 * 33
