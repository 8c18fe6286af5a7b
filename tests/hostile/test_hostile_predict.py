"""`predict.py` and the served signature on what is no photo, on bombs, on far too many, and on an edited model."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.example_gen.images import MAX_FILE_BYTES
from core.features import MAX_PIXELS
from pipeline.predict.command import predict_main
from schema.curated import read_labels
from tests.hostile.hostile_runs import noise
from tests.hostile.odd_images import bomb, large_file
from tests.hostile.png_files import plain, png, saved

TOO_LARGE = f"more than {MAX_PIXELS} pixels; make the image smaller"
NO_IMAGE = "not a PNG or JPEG image"
PHOTO = plain(noise(1, 32))


@pytest.fixture
def predict(exported_model: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*images: object, model: Path = exported_model) -> tuple[int, str, str]:
        capsys.readouterr()
        status = predict_main([str(model), *map(str, images)])
        return int(status), *capsys.readouterr()

    return call


def test_what_is_no_photo_is_one_line(predict: Any, tmp_path: Path) -> None:
    cases = {
        "20000x20000": (png((20_000, 20_000), b""), TOO_LARGE),
        "largest header": (png((2**31 - 1, 2**31 - 1), b""), TOO_LARGE),
        "random": (np.random.default_rng(1).bytes(10_000), NO_IMAGE),
        "GIF": (saved(Image.fromarray(noise(1, 32)), "GIF"), NO_IMAGE),
        "truncated": (PHOTO[:-40], NO_IMAGE),
        "HTML": (b"<html>", NO_IMAGE),
    }
    for name, (content, _) in cases.items():
        (tmp_path / name).write_bytes(content)
    told = "".join(f"{tmp_path / name}: {reason}\n" for name, (_, reason) in cases.items())
    assert predict(*(tmp_path / name for name in cases)) == (2, "", told)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "the file is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "the file is not a regular file"),
        (lambda path: large_file(path, 40 * 2**30), f"the file is larger than {MAX_FILE_BYTES} bytes"),
    ],
    ids=["FIFO", "device", "40 GiB"],
)
@pytest.mark.timeout(60)
def test_what_is_no_file_is_told_at_once(predict: Any, tmp_path: Path, make: Callable, reason: str) -> None:
    file = tmp_path / "x.png"
    make(file)
    assert predict(file) == (2, "", f"{file}: {reason}\n")


def test_unusual_photos_are_read(predict: Any, tmp_path: Path) -> None:
    picture = Image.fromarray(noise(1, 32))
    photos = {
        "CMYK": saved(picture.convert("CMYK"), "JPEG"),
        "progressive": saved(picture, "JPEG", progressive=True),
        "1x1": plain(noise(1, 1)),
        "16-bit": plain(noise(1, 32).astype(np.uint16), bits=16),
        "animated": saved(picture, save_all=True, append_images=[Image.fromarray(noise(2, 32))]),
    }
    for name, photo in photos.items():
        (tmp_path / name).write_bytes(photo)
    status, out, err = predict(*(tmp_path / name for name in photos))
    assert (status, err) == (0, "")
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[0] for row in rows] == [str(tmp_path / name) for name in photos]
    # Of noise it says that there is no letter.
    assert {row[1] for row in rows} <= {*read_labels(), "-"}


def test_bomb_of_36_megapixels_shows_no_letter(predict: Any, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(bomb(6000))
    assert predict(tmp_path / "x.png") == (0, f"{tmp_path}/x.png\t-\t0.0000\tno letter is found in it\n", "")


def test_any_file_name_is_one_row(predict: Any, tmp_path: Path) -> None:
    names = {"a\nb\tc.png": r"a\nb\tc.png", "\udcff.png": r"\xff.png", "й": "й"}
    files = [tmp_path / name for name in names]
    for file in files:
        file.write_bytes(PHOTO)
    status, out, err = predict(*files)
    assert (status, err) == (0, "")
    assert [line.split("\t")[0] for line in out.splitlines()] == [f"{tmp_path}/{shown}" for shown in names.values()]
    for file in files:
        file.write_bytes(b"")
    assert predict(*files) == (2, "", "".join(f"{tmp_path}/{shown}: {NO_IMAGE}\n" for shown in names.values()))


@pytest.mark.parametrize("name", ["x" * 300, "a\nb"])
def test_model_folder_that_cannot_be_is_one_line(predict: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.png").write_bytes(PHOTO)
    status, out, err = predict(tmp_path / "x.png", model=tmp_path / name)
    assert (status, out, len(err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    "file", ["saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"]
)
@pytest.mark.parametrize(
    "edit",
    [lambda data: data[: len(data) // 2], lambda data: os.urandom(len(data)), lambda data: b"", None],
    ids=["cut", "overwritten", "emptied", "deleted"],
)
def test_pushed_version_that_somebody_edited_is_one_line(
    predict: Any, exported_model: Path, tmp_path: Path, file: str, edit: Callable[[bytes], bytes] | None
) -> None:
    (tmp_path / "x.png").write_bytes(PHOTO)
    shutil.copytree(exported_model, tmp_path / "serving_model" / "1")
    edited = tmp_path / "serving_model" / "1" / file
    edited.write_bytes(edit(edited.read_bytes())) if edit else edited.unlink()
    status, out, err = predict(tmp_path / "x.png", model=tmp_path / "serving_model")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(f"{tmp_path}/serving_model")


def test_damaged_latest_version_is_not_passed_over_in_silence(
    predict: Any, exported_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.png").write_bytes(PHOTO)
    for version in ("1", "2"):
        shutil.copytree(exported_model, tmp_path / "serving_model" / version)
    (tmp_path / "serving_model" / "2" / "saved_model.pb").write_bytes(b"edited")
    status, _, err = predict(tmp_path / "x.png", model=tmp_path / "serving_model")
    assert status == 2
    assert err.startswith(f"{tmp_path}/serving_model/2: not a model of this project")


def test_thousands_of_images_are_answered(serving_signatures: dict[str, Any], predict: Any, tmp_path: Path) -> None:
    import tensorflow as tf

    (tmp_path / "x.png").write_bytes(PHOTO)
    serve = serving_signatures["serving_default"]
    one, many = serve(image=tf.constant([PHOTO])), serve(image=tf.constant([PHOTO] * 2000))
    assert {key: value.shape[0] for key, value in many.items()} == dict.fromkeys(many, 2000)
    assert set(many["letter"].numpy()) == set(one["letter"].numpy())
    status, out, _ = predict(*[tmp_path / "x.png"] * 1000)
    assert (status, len(set(out.splitlines())), out.count("\n")) == (0, 1, 1000)


def test_no_image_gets_no_answer(serving_signatures: dict[str, Any]) -> None:
    import tensorflow as tf

    answer = serving_signatures["serving_default"](image=tf.constant([], tf.string))
    assert {key: value.shape[0] for key, value in answer.items()} == dict.fromkeys(answer, 0)


def test_signature_refuses_a_batch_with_random_bytes(serving_signatures: dict[str, Any]) -> None:
    import tensorflow as tf

    random = np.random.default_rng(2)
    for size in (0, 1, 7, 8, 100, 5000):
        for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"):
            with pytest.raises(tf.errors.InvalidArgumentError):
                serving_signatures["serving_default"](image=tf.constant([PHOTO, start + random.bytes(size)]))
