"""`predict.py`: a line per photo, or one line that says what is wrong, with status 2."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from console.command import ExitStatus
from core.features import IMAGE_FOLDER, SERVING_SIGNATURE
from core.project import ROOT
from pipeline.predict.command import predict_main
from schema.curated import read_labels


@pytest.fixture(scope="module")
def images(letters_folder: Path) -> list[Path]:
    return sorted((letters_folder / IMAGE_FOLDER).iterdir())[:3]


def test_each_image_gets_a_line_in_order(run: Any, exported_model: Path, images: list[Path]) -> None:
    status, out, err = run(exported_model, *images)
    assert (status, err) == (ExitStatus.DONE, "")
    assert out.endswith("\n")
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[0] for row in rows] == [str(path) for path in images]
    serve = tf.saved_model.load(str(exported_model)).signatures[SERVING_SIGNATURE]
    answer = serve(image=tf.constant([path.read_bytes() for path in images]))
    assert [row[1] for row in rows] == [letter.decode() for letter in answer["letter"].numpy()]
    assert all(row[1] in read_labels() for row in rows)
    expected = [f"{probability:.4f}" for probability in answer["probability"].numpy()]
    assert [row[2] for row in rows] == expected


def test_broken_image_is_one_line_and_status_2_and_spoils_no_other(
    run: Any, exported_model: Path, images: list[Path], tmp_path: Path
) -> None:
    whole, broken = images[0].read_bytes(), [tmp_path / "header.png", tmp_path / "half.png"]
    # The first is found by a look at it, the second only by the decoder.
    for file, size in zip(broken, (60, len(whole) // 2), strict=True):
        file.write_bytes(whole[:size])
    status, out, err = run(exported_model, images[1], *broken, images[2])
    assert status == ExitStatus.USER_ERROR
    assert err == "".join(f"{file}: not a PNG or JPEG image\n" for file in broken)
    assert [line.split("\t")[0] for line in out.splitlines()] == [str(images[1]), str(images[2])]


def test_what_is_no_image_is_named(run: Any, exported_model: Path, tmp_path: Path) -> None:
    files = []
    for number, data in enumerate((b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\xff")):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(data)
    told = "".join(f"{file}: not a PNG or JPEG image\n" for file in files)
    assert run(exported_model, *files) == (2, "", told)


def test_missing_image_is_told_before_the_model_is_loaded(run: Any, tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").touch()
    told = f"{tmp_path}/no.png: no such file or folder; give images, a glob, a folder, or TFRecords\n"
    assert run(tmp_path, tmp_path / "no.png") == (2, "", told)


def test_forgotten_image_is_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        predict_main(["model"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        "predict.py: the following arguments are required: INPUT; see --help"
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["gs://key@bucket/1", "a.png"],
        ["model", "gs://key@bucket/a.png"],
        ["model", "a.png", "--output", "gs://key@bucket/a.csv"],
    ],
)
def test_uri_is_refused_at_once(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        predict_main(words)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert ": a URI; give a file or folder of this machine, and copy there what lies elsewhere" in said
    assert said.count("\n") == 1 and "key" not in said


def test_beam_s_flags_without_a_table_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        predict_main(["model", "a.png", "--beam", "direct"])
    assert caught.value.code == 2
    assert capsys.readouterr().err == "predict.py: --beam and --beam-option go with --output; see --help\n"


@pytest.mark.parametrize(
    ("model", "flags", "complaint"),
    [
        ("none", (), "none: no pushed model there; give a version's folder, or the folder of versions\n"),
        (".", ("--beam", "flink", "--beam-option", "job_endpoint=localhost:1"), "--beam flink: no job server answers"),
    ],
)
def test_mistakes_are_told_without_beam_and_tensorflow(
    tmp_path: Path, model: str, flags: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "saved_model.pb").touch()
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); "
        "from pipeline.predict.command import predict_main as main; "
        f"status = main({[model, '.', '--output', 'a.csv', *flags]}); "
        "print(sorted({'apache_beam', 'tensorflow', 'tfx'} & set(sys.modules))); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "[]\n")
    assert done.stderr.startswith(complaint)
    assert done.stderr.count("\n") == 1
