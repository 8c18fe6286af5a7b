"""What is wrong with a flag or a FILE is one line and status 2, before any server is asked."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from core.project import ROOT
from tests.pipeline.kubeflow.runner_calls import call, refused

# Nobody listens there: a test that asked it would see another line.
_SERVER = ["--host", "http://127.0.0.1:1"]


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("epochs=3", "write it as NAME=VALUE; the names are data, train_epochs, train_learning_rate"),
        ("train_epochs", "write it as NAME=VALUE; the names are data, train_epochs, train_learning_rate"),
        ("train_epochs=2.5", "give a whole number"),
        ("train_learning_rate=fast", "give a number"),
        ("train_learning_rate=nan", "give a number"),
    ],
    ids=["name", "no value", "not whole", "no number", "not finite"],
)
def test_wrong_parameter_is_one_line(
    package: Path, capsys: pytest.CaptureFixture, assignment: str, message: str
) -> None:
    line = refused(capsys, "submit", package, *_SERVER, "--param", assignment)
    assert line == f"--param {assignment}: {message}"


@pytest.mark.parametrize("cron", ["* * * *", "0 0 3 * * * *", "every night at 3 o'clock", "0 3 * * mon;", ""])
def test_wrong_schedule_is_one_line(package: Path, capsys: pytest.CaptureFixture, cron: str) -> None:
    line = refused(capsys, "schedule", package, *_SERVER, "--cron", cron)
    assert line.startswith(f"--cron {cron!r}: give five fields as cron has them")


@pytest.mark.parametrize("seconds", ["-1", "nan", "soon"])
def test_wrong_pause_is_one_line(package: Path, capsys: pytest.CaptureFixture, seconds: str) -> None:
    line = refused(capsys, "submit", package, *_SERVER, "--wait", f"--pause={seconds}")
    assert line == f"kubeflow_runner.py submit: argument --pause: {seconds!r} is no number of seconds; see --help"


@pytest.mark.parametrize("command", [["submit"], ["schedule", "--cron", "0 3 * * *"]], ids=["submit", "schedule"])
def test_neither_file_nor_image_is_one_line(capsys: pytest.CaptureFixture, command: list[str]) -> None:
    assert refused(capsys, *command, *_SERVER).startswith("--image is not set: give the container image")


def test_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    line = refused(capsys, "submit", tmp_path / "none.yaml", *_SERVER)
    assert line == f"{tmp_path}/none.yaml: cannot be read: No such file or directory"


@pytest.mark.parametrize("content", [b"a: [1,\nb: 2", b"\xff\xfe\x00"], ids=["syntax", "bytes"])
def test_file_that_is_not_yaml_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture, content: bytes) -> None:
    path = tmp_path / "letters.yaml"
    path.write_bytes(content)
    assert refused(capsys, "submit", path, *_SERVER).startswith(f"{path}: not YAML: ")


@pytest.mark.parametrize("content", ["", "a: 1", "[1]"], ids=["empty", "another mapping", "a list"])
def test_file_that_is_no_pipeline_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture, content: str) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(content, encoding="utf-8")
    assert refused(capsys, "submit", path, *_SERVER).startswith(f"{path}: Kubeflow would refuse it: ")


def test_all_that_the_linter_finds_is_in_the_line(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    spec = yaml.safe_load(package.read_text(encoding="utf-8"))
    spec["schemaVersion"] = "2.0.0"
    del spec["deploymentSpec"]["executors"]["exec-train"]["container"]["image"]
    path = tmp_path / "letters.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    line = refused(capsys, "submit", path, *_SERVER)
    assert line.startswith(f"{path}: Kubeflow would refuse it: schemaVersion 2.0.0: Kubeflow takes 2.1.0 only; ")
    assert line.endswith("executor exec-train: no image")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("[" * 20_000, "nested too deeply"), ("at: 9999-99-99", "not YAML: month must be in 1..12")],
    ids=["deep", "date"],
)
def test_yaml_that_cannot_be_made_values_of_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture, content: str, complaint: str
) -> None:
    path = tmp_path / "letters.yaml"
    path.write_text(content, encoding="utf-8")
    assert refused(capsys, "lint", path) == f"{path}: {complaint}"


@pytest.mark.timeout(60)
def test_what_is_no_file_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", Path("/dev/zero")):
        assert refused(capsys, "lint", path) == f"{path}: is not a regular file"


def test_name_in_a_stranger_s_file_is_shown_as_a_terminal_can(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    spec = yaml.safe_load(package.read_text(encoding="utf-8"))
    spec["schemaVersion"] = "\x1b]0;title\x07"
    path = tmp_path / "letters.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    shown = rf"{path}: schemaVersion \x1b]0;title\x07: Kubeflow takes 2.1.0 only"
    assert call(capsys, "lint", path).out == f"{shown}\n"
    assert "\\x1b]0;title" in refused(capsys, "submit", path, *_SERVER)


def test_without_kfp_the_way_to_install_it_is_told(
    package: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "kfp" else found(name, *rest))
    line = refused(capsys, "submit", package, *_SERVER)
    assert line.startswith("kfp, Kubeflow's client, is not installed; `make setup` installs it")


@pytest.mark.parametrize("command", ["submit", "schedule", "status", "cancel"])
def test_missing_host_is_one_line(capsys: pytest.CaptureFixture, command: str) -> None:
    assert "--host" in refused(capsys, command, "x", *(["--cron", "0 3 * * *"] if command == "schedule" else []))


# Runs the command, and then says on stdout whether TFX or TensorFlow was imported for it.
_SCRIPT = """
import atexit, sys
atexit.register(lambda: print("heavy:", [name for name in ("tfx", "tensorflow", "apache_beam") if name in sys.modules]))
from pipeline.kubeflow.command_line import kubeflow_main
sys.exit(kubeflow_main(sys.argv[1:]))
"""


def test_file_is_submitted_without_importing_tfx(package: Path) -> None:
    command = [sys.executable, "-c", _SCRIPT, "submit", package, *_SERVER]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "heavy: []\n")
    assert done.stderr.startswith("http://127.0.0.1:1: cannot ask for its health: no answer")
    assert done.stderr.count("\n") == 1
