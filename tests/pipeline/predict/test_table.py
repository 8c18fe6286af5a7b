"""`predict.py --output`: a table of any number of photos, with the answers that the model gives to each alone."""

import contextlib
import errno
import io
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tensorflow as tf

from console.command import ExitStatus
from core.features import IMAGE_FOLDER, SERVING_SIGNATURE
from pipeline.predict.command import predict_main
from tests.model_fixtures import write_examples
from tests.pipeline.predict.conftest import rows_of


def answers(model: Path, files: list[Path]) -> dict[str, tuple[str, float]]:
    serve = tf.saved_model.load(str(model)).signatures[SERVING_SIGNATURE]
    answer = serve(image=tf.constant([file.read_bytes() for file in files]))
    pairs = zip(answer["letter"].numpy(), answer["probability"].numpy(), strict=True)
    return {str(file): (letter.decode(), float(p)) for file, (letter, p) in zip(files, pairs, strict=True)}


@pytest.fixture(scope="module")
def table(exported_model: Path, letters_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The table of the generated letters, and what was printed."""
    file, out = tmp_path_factory.mktemp("table") / "letters.csv", io.StringIO()
    with contextlib.redirect_stdout(out):
        assert predict_main([str(exported_model), str(letters_folder), "--output", str(file)]) == ExitStatus.DONE
    return file, out.getvalue()


def test_data_folder_gives_every_photo_s_letter_and_the_accuracy(
    table: tuple[Path, str], exported_model: Path, letters_folder: Path
) -> None:
    file, out = table
    expected = answers(exported_model, sorted((letters_folder / IMAGE_FOLDER).iterdir()))
    rows = {row["file"]: row for row in rows_of(file)}
    assert {name: row["letter"] for name, row in rows.items()} == {
        name: letter for name, (letter, _) in expected.items()
    }
    assert all(abs(float(row["probability"]) - expected[name][1]) < 1e-5 for name, row in rows.items())
    right = sum(row["letter"] == row["truth"] for row in rows.values())
    assert out.splitlines() == [
        f"{file}: 132 photos",
        f"accuracy: {right / 132:.2%} of 132 photos whose letter is known",
    ]
    assert sorted(path.name for path in file.parent.iterdir()) == ["letters.csv"]


def test_bad_images_are_listed_and_spoil_nothing(predict: Any, letters_folder: Path, tmp_path: Path) -> None:
    images = tmp_path / "images"
    shutil.copytree(letters_folder / IMAGE_FOLDER, images)
    whole = (images / "01_01.png").read_bytes()
    # The first is found by a look at it, the second only by the decoder.
    (images / "02_01.png").write_bytes(b"no image")
    (images / "03_01.png").write_bytes(whole[: len(whole) // 2])
    status, out, _ = predict(images)
    assert status == ExitStatus.DONE
    bad = {Path(row["file"]).name: row["reason"] for row in rows_of(tmp_path / "letters.bad.csv")}
    assert bad == dict.fromkeys(["02_01.png", "03_01.png"], "not a PNG or JPEG image")
    assert len(rows_of(tmp_path / "letters.csv")) == 130
    assert out.splitlines() == [
        f"{tmp_path}/letters.csv: 130 photos",
        f"{tmp_path}/letters.bad.csv: 2 that no letter could be read from",
    ]


def test_list_of_bad_images_of_an_earlier_call_goes_and_a_file_that_only_looks_like_ours_stays(
    predict: Any, letters_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "letters.bad.csv").write_text("old")
    (tmp_path / "letters.csv.counts").write_text("a person's own")
    status, _, err = predict(letters_folder / IMAGE_FOLDER / "01_01.png")
    assert (status, err) == (ExitStatus.DONE, "")
    assert (tmp_path / "letters.csv.counts").read_text() == "a person's own"
    assert {path.name for path in tmp_path.iterdir()} == {"letters.csv", "letters.csv.counts"}


def test_tfrecords_give_the_same_letters_as_their_images(
    predict: Any, photo_examples: list[Any], table: tuple[Path, str], tmp_path: Path
) -> None:
    write_examples(tmp_path / "examples", photo_examples, "eval")
    predict(tmp_path / "examples" / "Split-eval", "records.csv")
    records, images = rows_of(tmp_path / "records.csv"), rows_of(table[0])
    assert {row["file"]: row["letter"] for row in records} == {Path(row["file"]).name: row["letter"] for row in images}
    assert {row["file"]: row["truth"] for row in records} == {Path(row["file"]).name: row["truth"] for row in images}


def test_parquet_holds_what_the_csv_holds(
    predict: Any, letters_folder: Path, table: tuple[Path, str], tmp_path: Path
) -> None:
    predict(letters_folder, "letters.parquet")
    parquet = pd.read_parquet(tmp_path / "letters.parquet").sort_values("file").reset_index(drop=True)
    csv = pd.read_csv(table[0]).sort_values("file").reset_index(drop=True)
    assert parquet.drop(columns="probability").equals(csv.drop(columns="probability"))
    assert (parquet["probability"] - csv["probability"]).abs().max() < 1e-5


def test_records_of_another_kind_are_listed(predict: Any, tmp_path: Path) -> None:
    with tf.io.TFRecordWriter(str(tmp_path / "a.tfrecord")) as writer:
        writer.write(b"\xff\xff no Example")
    status, _, _ = predict(tmp_path / "a.tfrecord")
    assert status == ExitStatus.DONE
    assert len(rows_of(tmp_path / "letters.bad.csv")) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no photos there"),
        (
            b"surely no TFRecord, but long enough for a header",
            "cannot be read as TFRecords; it is cut, broken, or something else",
        ),
    ],
    ids=["empty", "no TFRecord"],
)
def test_call_that_reads_no_photo_is_one_line_and_touches_nothing(
    predict: Any, tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.tfrecord").write_bytes(content)
    earlier = {"letters.csv": "table", "letters.bad.csv": "bad"}
    for name, text in earlier.items():
        (tmp_path / name).write_text(text)
    told = f"{tmp_path}/in/a.tfrecord: {told}\n"
    assert predict(tmp_path / "in" / "a.tfrecord") == (ExitStatus.USER_ERROR, "", told)
    (tmp_path / "in" / "a.tfrecord").unlink()
    (tmp_path / "in").rmdir()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == earlier


def test_table_that_cannot_be_written_is_one_line_and_leaves_nothing(
    predict: Any, letters_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pandas.DataFrame.to_csv", full)
    status, out, err = predict(letters_folder)
    assert (status, out) == (ExitStatus.USER_ERROR, "")
    assert re.fullmatch(r"no space left on .* MB free\); free some or .*\n", err)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_gone_meanwhile_is_one_line(
    predict: Any, letters_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.predict.command.check_output", lambda output, inputs: output)
    (tmp_path / "file").touch()
    status, out, err = predict(letters_folder, "file/letters.csv")
    assert (status, out, err.count("\n")) == (ExitStatus.USER_ERROR, "", 1)
    assert re.search(r"Not a directory|File exists", err)


def test_defect_of_ours_is_no_mistake_of_a_person(
    predict: Any, letters_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise AttributeError("a defect")

    monkeypatch.setattr("pandas.DataFrame.to_csv", broken)
    with pytest.raises(Exception, match="a defect"):
        predict(letters_folder)
    assert list(tmp_path.iterdir()) == []
