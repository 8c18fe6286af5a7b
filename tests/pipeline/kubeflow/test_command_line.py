"""What is wrong with a flag or a FILE is one line and status 2, before any server is asked."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from core.project import ROOT
from pipeline.kubeflow.pods import check_image
from tests.pipeline.kubeflow.runner_calls import refused

# Nobody listens there: a test that asked it would see another line.
_SERVER = ["--host", "http://127.0.0.1:1"]


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("epochs=3", "write it as NAME=VALUE; the names are data, train_epochs, train_learning_rate, training_state"),
        (
            "train_epochs",
            "write it as NAME=VALUE; the names are data, train_epochs, train_learning_rate, training_state",
        ),
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
@pytest.mark.parametrize(
    "flags",
    [
        "--set train.epochs=3",
        "--recipe default",
        "--memory Trainer=8Gi",
        "--cpu Trainer=8",
        "--pvc a:/b",
        "--secret a:b=C",
        "--image x",
        "--data /b",
        "--serving /b",
        "--training-state /b",
        "--beam direct",
        "--beam-option a=b",
    ],
)
def test_what_only_compile_can_do_is_refused_beside_a_file(
    package: Path, capsys: pytest.CaptureFixture, command: list[str], flags: str
) -> None:
    flag, value = flags.split()
    line = refused(capsys, *command, package, *_SERVER, flag, value)
    assert line.startswith(f"{flag}: for `compile`, and does nothing to a FILE that it wrote; compile it")


def test_every_flag_that_is_refused_beside_a_file_is_named(package: Path, capsys: pytest.CaptureFixture) -> None:
    line = refused(capsys, "submit", package, *_SERVER, "--data", "/b", "--set", "train.epochs=3")
    assert line.startswith("--set, --data: for `compile`")
    assert "by --param, such as data=PLACE" in line


@pytest.mark.parametrize("place", ["s3://letters/training", "gs://letters/training"])
def test_training_state_in_a_bucket_is_one_line(package: Path, capsys: pytest.CaptureFixture, place: str) -> None:
    line = refused(capsys, "submit", package, *_SERVER, "--param", f"training_state={place}")
    assert line.startswith("training_state: cannot be in a bucket, since a training goes on from files; give a path")


@pytest.mark.parametrize("command", [["compile"], ["submit", *_SERVER]], ids=["compile", "submit"])
def test_compile_needs_an_image(capsys: pytest.CaptureFixture, command: list[str]) -> None:
    assert refused(capsys, *command, "--pvc", "letters:/mnt").startswith("--image: not set; give the")
    assert refused(capsys, *command, "--pvc", "letters:/mnt", "--image", "").startswith("--image: empty; give the")


@pytest.mark.parametrize(
    "image",
    ["registry.example/Letters:1", "https://registry.example/letters:1", "letters:версия", "letters:", "a b", "/a"],
)
def test_what_is_no_image_is_one_line(capsys: pytest.CaptureFixture, image: str) -> None:
    line = refused(capsys, "compile", "--pvc", "letters:/mnt", "--image", image)
    assert line.startswith(f"--image {image!r}: no name of an image; write it as [REGISTRY/]NAME[:TAG]")


@pytest.mark.parametrize(
    "image",
    ["letters", "letters-pipeline:5ec821f-dirty", "localhost:5000/a/b_c:1.2", "Registry.example/letters:V1",
     f"r.example/letters:1@sha256:{'0' * 64}"],
)  # fmt: skip
def test_image_is_taken_by_all_its_names(image: str) -> None:
    check_image(image)


def test_name_in_a_stranger_s_file_is_shown_as_a_terminal_can(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "a\x1b]0;title\x07.yaml"
    assert "\\x1b]0;title\\x07" in refused(capsys, "submit", path, *_SERVER)


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
