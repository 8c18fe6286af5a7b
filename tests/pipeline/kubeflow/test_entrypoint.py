"""A step refuses an image of another TFX, and says in one line what its pod lacks and what to do about it there."""

import errno
import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.command import ExitStatus
from core.project import ROOT
from pipeline.kubeflow.entrypoint import INPUT_FLAG, STEP_FLAG, TFX_FLAG, main

_FULL = os.strerror(errno.ENOSPC)


def words(**values: str) -> list[str]:
    invocation = {
        "inputs": {"parameterValues": values},
        "outputs": {"artifacts": {"model": {"artifacts": [{"uri": "minio://b/root/model"}]}}, "outputFile": "/x"},
    }
    return [
        f"{TFX_FLAG}={importlib.metadata.version('tfx')}",
        f"{STEP_FLAG}=Trainer",
        f"{INPUT_FLAG}={json.dumps(invocation)}",
    ]


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr("pipeline.kubeflow.entrypoint._run", fail)


@pytest.fixture
def pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that stands for the pod's root."""
    monkeypatch.setenv("KFP_LAUNCHER_ROOT", str(tmp_path))
    (tmp_path / "minio").mkdir()
    (tmp_path / "state").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("full", "told"),
    [
        ("minio", "{pod}/minio/b/root/model (0 MB free); free some or give the pod another, larger disk"),
        ("state", "{pod}/state (0 MB free); free some or choose another place with training_state"),
    ],
)
def test_full_disk_is_one_line(
    pod: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], full: str, told: str
) -> None:
    monkeypatch.setattr("console.shortage.free_mb", lambda folder: 0.4 if folder.name == full else 700.0)
    fail_with(monkeypatch, RuntimeError(f"{_FULL} [while running 'Write']"))
    status = main(words(training_state=str(pod / "state"), serving="s3://bucket/serving"))
    assert status == ExitStatus.USER_ERROR
    assert capsys.readouterr().err == f"Trainer: no space left on {told.format(pod=pod)}\n"


def test_place_that_may_not_be_written_is_one_line(
    pod: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = pod / "serving" / ".pushing-x"
    fail_with(monkeypatch, OSError(errno.EROFS, os.strerror(errno.EROFS), str(path)))
    assert main(words(serving=str(pod / "serving"))) == ExitStatus.USER_ERROR
    assert capsys.readouterr().err == (
        f"Trainer: {path}: cannot be written: Read-only file system; mend that or choose another place with serving\n"
    )


def test_little_memory_is_one_line(
    pod: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, MemoryError())
    assert main(words()) == ExitStatus.USER_ERROR
    line = r"Trainer: out of memory \(\d+ MiB held at most\); compile with more: --memory Trainer=SIZE\n"
    assert re.fullmatch(line, capsys.readouterr().err)


def test_full_temporary_folder_is_one_line(
    pod: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.TemporaryDirectory", none)
    assert main(words()) == ExitStatus.USER_ERROR
    assert re.fullmatch(r"Trainer: no space left on .* MB free\); free some or .*\n", capsys.readouterr().err)


def test_what_is_no_shortage_keeps_its_traceback_and_is_one_line_with_the_steps_name_too(
    pod: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, ValueError("a\ndefect"))
    with pytest.raises(ValueError, match="a\ndefect"):
        main(words())
    assert capsys.readouterr().err == "Trainer: ValueError: a\\ndefect\n"


def test_another_tfx_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    here = importlib.metadata.version("tfx")
    assert main([f"{TFX_FLAG}=1.2.3", *words()[1:]]) == ExitStatus.USER_ERROR
    assert capsys.readouterr().err == (
        f"Trainer: the pipeline was compiled with TFX 1.2.3 and the image has TFX {here}; compile it with TFX {here}, "
        "or build the image with 'make image TFX=1.2'\n"
    )


def test_the_same_tfx_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    monkeypatch.setattr("pipeline.kubeflow.entrypoint._run", lambda step, *_: reached.append(step))
    assert main(words()) == ExitStatus.DONE
    assert reached == ["Trainer"]


def test_a_pipeline_of_before_the_flag_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words()[1:])
    assert ended.value.code == ExitStatus.USER_ERROR
    assert TFX_FLAG in capsys.readouterr().err


def test_flags_are_read_before_anything_heavy_is_imported() -> None:
    script = "import sys; import pipeline.kubeflow.entrypoint; print({'tfx', 'tensorflow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
