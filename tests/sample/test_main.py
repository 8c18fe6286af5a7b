"""The command: whole or nothing when it is killed, one line and status 2 for a mistake."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.project import ROOT
from sample.__main__ import main
from sample.writer import RECORD_FILE_NAME

COMMAND = [sys.executable, "-m", "sample", "--output"]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_killed_run_leaves_nothing_that_looks_whole(tmp_path: Path, ending: signal.Signals) -> None:
    command = [*COMMAND, str(tmp_path / "new"), "--per-letter=1000"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(tmp_path.rglob("*.png")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, ending)
    process.communicate()
    left = [path.name for path in tmp_path.iterdir()]
    if ending == signal.SIGINT:
        assert process.returncode == 130 and left == []
    else:
        assert len(left) == 1 and left[0].startswith(".new.partial-")
        assert not list(tmp_path.rglob(RECORD_FILE_NAME))


def test_command_prints_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "parents" / "new"
    arguments = ["--output", str(new), "--per-letter=1", "--fonts=caveat, lobster", "--workers=1"]
    assert main(arguments) == 0
    assert capsys.readouterr() == (f"{new}\n", "")
    assert len(list(new.rglob("*.png"))) == 33


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seed=-3"], "'-3' is no whole number from 0"),
        (["--per-letter=many"], "'many' is no whole number from 1"),
        (["--workers=0"], "'0' is no whole number from 1"),
        (["--fonts=times"], "no font is called 'times'"),
        (["--fonts="], "no font given"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["--output=/dev/null/x"], "cannot write"),
        (["--output=."], "exists and is not a sample"),
    ],
)
def test_command_ends_with_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        sys.exit(main(["--output", str(tmp_path / "new"), *arguments]))
    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_process_ends_with_one_line_and_status_2() -> None:
    command = COMMAND[:-1]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    complaint = "the following arguments are required: --output"
    assert done.stderr == f"python -m sample: {complaint}; see --help\n"


def test_sample_loads_neither_tensorflow_nor_tfx() -> None:
    loaded = modules_loaded_by("sample.__main__")
    assert {"numpy", "PIL"} <= loaded
    assert not {"tensorflow", "tfx", "apache_beam"} & loaded


def test_the_bare_package_loads_nothing_heavy() -> None:
    assert not {"numpy", "PIL", "scipy"} & modules_loaded_by("sample")


def modules_loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())
