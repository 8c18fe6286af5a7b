"""The flags of `local_runner.py`, and how fast and short a mistake in them is answered."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UserError
from core.project import ROOT
from pipeline.local.command_line import local_main
from pipeline.recipes import named
from tests.pipeline.local.asked import asked


def test_no_flags_mean_the_sample_in_output() -> None:
    request = asked([])
    assert (request.data, request.output) == ([], Path("output"))
    assert request.config == named("sample")
    assert (request.cache, request.verbose) == (True, False)


def test_data_alone_means_recipe_default() -> None:
    request = asked(["--data", "photos"])
    assert request.data == [Path("photos")]
    assert request.config == named("default")


@pytest.mark.parametrize("data", [[], ["--data", "photos"]])
def test_named_recipe_is_taken_with_or_without_data(data: list[str]) -> None:
    assert asked([*data, "--recipe", "notebook"]).config == named("notebook")


def test_other_flags_are_taken() -> None:
    flags = ["--output", "x", "--no-cache", "--verbose", "--set", "train.epochs=3", "--set=data.on_bad_record=skip"]
    request = asked(flags)
    assert (request.output, request.cache, request.verbose) == (Path("x"), False, True)
    assert (request.config.train.epochs, request.config.data.on_bad_record) == (3, "skip")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--dta", "x"], "local_runner.py: unrecognized arguments: --dta x; see --help"),
        (["--out", "x"], "local_runner.py: unrecognized arguments: --out x; see --help"),
        (["photos"], "local_runner.py: unrecognized arguments: photos; see --help"),
        (["two\nlines"], "local_runner.py: unrecognized arguments: two\\nlines; see --help"),
        (["--data", ""], "local_runner.py: argument --data: an empty name; see --help"),
        (["--recipe"], "local_runner.py: argument --recipe: expected one argument; see --help"),
    ],
    ids=["misspelt", "abbreviated", "positional", "line break", "empty", "no value"],
)
def test_wrong_flag_is_one_line_and_status_2(capsys: pytest.CaptureFixture, flags: list[str], message: str) -> None:
    with pytest.raises(SystemExit) as caught:
        asked(flags)
    assert caught.value.code == 2
    assert capsys.readouterr() == ("", message + "\n")


@pytest.mark.parametrize(
    "flags", [["--recipe", "best"], ["--set", "train.epochs=x"], ["--set", "x.y=1"]], ids=["recipe", "value", "field"]
)
def test_wrong_value_is_one_line_and_status_2(capsys: pytest.CaptureFixture, flags: list[str]) -> None:
    with pytest.raises(UserError):
        asked(flags)
    assert local_main(flags) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{flags[0]} {flags[1].partition('=')[0]}")
    assert err.count("\n") == 1


# Runs the command, and then says on stdout whether TFX or TensorFlow was imported for it.
SCRIPT = """
import atexit, sys
sys.argv = ["local_runner.py", *sys.argv[1:]]
atexit.register(lambda: print("heavy:", [name for name in ("tfx", "tensorflow", "apache_beam") if name in sys.modules]))
from pipeline.local.command_line import local_main
sys.exit(local_main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--set", "train.epochs=0"], "--set train.epochs=0: train.epochs: input should be greater than or equal to 1"),
        (["--data", "{folder}/none"], "{folder}/none: no such folder; give the folder that holds all_letters_info.csv"),
        (["--output", "{folder}/file"], "{folder}/file: cannot be written: File exists"),
    ],
    ids=["setting", "data", "output"],
)
def test_mistake_is_answered_without_importing_tfx(tmp_path: Path, flags: list[str], message: str) -> None:
    (tmp_path / "file").touch()
    flags = ["--output", str(tmp_path / "output"), *(flag.format(folder=tmp_path) for flag in flags)]
    done = subprocess.run([sys.executable, "-c", SCRIPT, *flags], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == message.format(folder=tmp_path) + "\n"
    assert done.stdout.endswith("heavy: []\n")


def test_script_itself_hands_the_status_on(tmp_path: Path) -> None:
    command = [sys.executable, "local_runner.py", "--recipe", "best"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--recipe best: no such recipe; the recipes are default, fast, sample, notebook\n"
