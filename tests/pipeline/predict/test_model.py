"""Which pushed model answers, and what is told of a folder that holds none of ours."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from core.errors import UserError
from core.features import IMAGE_FOLDER
from pipeline.predict.model import find_model, labels_of, load_model
from schema.curated import read_labels


def _saved_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "saved_model.pb").touch()
    return folder


def test_version_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = _saved_model(tmp_path / "1")
    assert find_model(folder) == folder


def test_latest_version_is_the_highest_number_that_holds_a_model(tmp_path: Path) -> None:
    for name in ("2", "10", ".pushing-x", "notes"):
        _saved_model(tmp_path / name)
    (tmp_path / "11").mkdir()
    assert find_model(tmp_path) == tmp_path / "10"


@pytest.mark.parametrize("name", ["absent", "file"])
def test_no_folder_has_no_model(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="no pushed model there"):
        find_model(tmp_path / name)


def test_latest_version_of_a_serving_folder_answers(
    run: Any, exported_model: Path, letters_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(exported_model, tmp_path / "10")
    _saved_model(tmp_path / "9")
    status, out, _ = run(tmp_path, letters_folder / IMAGE_FOLDER / "01_01.png")
    assert (status, len(out.splitlines())) == (0, 1)


def test_labels_are_the_model_s_own_and_an_older_one_s_the_schema_s(exported_model: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(exported_model, tmp_path / "1"))
    (model / "assets" / "labels.txt").write_text("A\nch\n", encoding="utf-8")
    assert labels_of(model) == ("A", "ch")
    (model / "assets" / "labels.txt").unlink()
    assert labels_of(model) == labels_of(exported_model) == read_labels()


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_what_is_no_saved_model_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(content)
    with pytest.raises(UserError) as raised:
        load_model(tmp_path)
    assert str(raised.value).startswith(f"{tmp_path}: not a model of this project")


def test_model_of_another_kind_is_told(tmp_path: Path) -> None:
    tf.saved_model.save(tf.Module(), str(tmp_path / "other"))
    with pytest.raises(UserError, match=r"^.*/other: not a model of this project"):
        load_model(tmp_path / "other")
