"""`predict.py`: a line per image, or one line that says what is wrong, with status 2."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from console.exit_status import ExitStatus
from core.errors import UserError
from core.features import IMAGE_FOLDER
from core.labels import ALPHABET
from pipeline.predict.batch_command import predict_batch_main
from pipeline.predict.command import find_model, predict_main


@pytest.fixture(scope="module")
def images(letters_folder: Path) -> list[Path]:
    return sorted((letters_folder / IMAGE_FOLDER).iterdir())[:3]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def predict(*arguments: Any) -> tuple[int, str, str]:
        status = predict_main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return predict


def _saved_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "saved_model.pb").touch()
    return folder


def test_each_image_gets_a_line_in_order(run: Any, exported_model: Path, images: list[Path]) -> None:
    status, out, err = run(exported_model, *images)
    assert (status, err) == (ExitStatus.DONE, "")
    assert out.endswith("\n")
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[0] for row in rows] == [str(path) for path in images]
    serve = tf.saved_model.load(str(exported_model)).signatures["serving_default"]
    answer = serve(image=tf.constant([path.read_bytes() for path in images]))
    assert [row[1] for row in rows] == [letter.decode() for letter in answer["letter"].numpy()]
    assert all(row[1] in ALPHABET for row in rows)
    expected = [f"{probability:.4f}" for probability in answer["probability"].numpy()]
    assert [row[2] for row in rows] == expected


def test_latest_version_of_a_serving_folder_answers(
    run: Any, exported_model: Path, images: list[Path], tmp_path: Path
) -> None:
    shutil.copytree(exported_model, tmp_path / "10")
    _saved_model(tmp_path / "9")
    status, out, _ = run(tmp_path, images[0])
    assert (status, len(out.splitlines())) == (0, 1)


def test_broken_image_ends_with_one_line_and_status_2(
    run: Any, exported_model: Path, images: list[Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(images[0].read_bytes()[:60])
    status, out, err = run(exported_model, images[1], broken)
    assert status == ExitStatus.USER_ERROR
    assert err == f"{broken}: not a PNG or JPEG image\n"
    assert [line.split("\t")[0] for line in out.splitlines()] == [str(images[1])]


@pytest.mark.parametrize("data", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\xff"])
def test_what_is_no_image_is_named(data: bytes, run: Any, exported_model: Path, tmp_path: Path) -> None:
    file = tmp_path / "odd.png"
    file.write_bytes(data)
    assert run(exported_model, file) == (2, "", f"{file}: not a PNG or JPEG image\n")


def test_missing_image_is_told_before_the_model_is_loaded(run: Any, tmp_path: Path) -> None:
    model = _saved_model(tmp_path / "model")
    missing = tmp_path / "no.png"
    assert run(model, missing) == (2, "", f"{missing}: cannot be read: No such file or directory\n")
    assert run(model, tmp_path) == (2, "", f"{tmp_path}: cannot be read: Is a directory\n")


def test_folder_without_a_model_is_named(run: Any, images: list[Path], tmp_path: Path) -> None:
    status, out, err = run(tmp_path, images[0])
    assert (status, out) == (2, "")
    assert err == f"{tmp_path}: no pushed model there; give a version's folder, or the folder of versions\n"


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_what_is_no_saved_model_is_told_in_one_line(
    content: bytes, run: Any, images: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "saved_model.pb").write_bytes(content)
    status, out, err = run(tmp_path, images[0])
    assert (status, out) == (2, "")
    assert err.startswith(f"{tmp_path}: not a model of this project")
    assert len(err.splitlines()) == 1


def test_model_of_another_kind_is_told_in_one_line(run: Any, images: list[Path], tmp_path: Path) -> None:
    tf.saved_model.save(tf.Module(), str(tmp_path / "other"))
    status, out, err = run(tmp_path / "other", images[0])
    assert (status, out) == (2, "")
    assert err.startswith(f"{tmp_path / 'other'}: not a model of this project")
    assert len(err.splitlines()) == 1


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


def test_forgotten_image_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        predict_main(["model"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "predict.py: the following arguments are required: IMAGE; see --help"
    ]


@pytest.mark.parametrize(("command", "rest"), [(predict_main, ["a.png"]), (predict_batch_main, ["a.png", "a.csv"])])
def test_model_by_uri_is_refused_at_once(command: Any, rest: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command(["gs://key@bucket/1", *rest])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "argument MODEL: a URI; copy the model to a folder of this machine" in said
    assert said.count("\n") == 1 and "key" not in said
