"""A refusal is the same whatever the environment, the terminal and the current folder are like."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.project import ROOT
from tests.hostile.hostile_runs import ADVICE, flat_folder, write_csv

TOLD = [
    "all_letters_info.csv, line 2: ж\\x1b.png: the file does not exist",
    f"1 bad record(s): {ADVICE}",
]


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    folder = flat_folder(tmp_path / "data")
    write_csv(folder, ["а,1,ж\x1b.png,0", "б,2,b.png,1"])
    return folder


def shell(words: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a line of shell, in which RUN stands for the command; `environment` is all that it gets."""
    run = f"{sys.executable} {ROOT}/local_runner.py --data {data} --output {data.parent}/output"
    line = f"set -o pipefail; {words.replace('RUN', run)}"
    command = ["/bin/bash", "-c", line]
    return subprocess.run(
        command, env=environment, cwd=data.parent, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LANG": "xx_YY.none", "TZ": "Nowhere/At_all:99", "TERM": "dumb", "COLUMNS": "1", "NO_COLOR": "1"},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent", "PYTHONHASHSEED": "0", "COLUMNS": "none"},
    ],
    ids=["empty", "terminal", "places"],
)
def test_environment_changes_nothing(spoilt: Path, environment: dict[str, str]) -> None:
    done = shell("RUN", spoilt, **environment)
    assert done.returncode == 2
    assert done.stderr.splitlines() == TOLD


def test_letters_that_the_terminal_lacks_are_escaped(spoilt: Path) -> None:
    done = shell("RUN", spoilt, PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [TOLD[0].replace("ж", "\\u0436"), TOLD[1]]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("RUN | true", ["stdout: cannot be written: Broken pipe; the command goes on without it", *TOLD]),
        ("RUN > /dev/full", ["stdout: cannot be written: No space left on device; the command goes on without it",
                             *TOLD]),
        ("RUN <&- >&-", TOLD),
        ("RUN 2> /dev/full", []),
        ("RUN 2>&-", []),
        ("mkdir gone; cd gone; rmdir ../gone; RUN", TOLD),
        ("umask 077; cd /; RUN", TOLD),
    ],
    ids=["no reader", "full", "closed", "stderr full", "stderr closed", "no current folder", "elsewhere"],
)  # fmt: skip
def test_streams_and_current_folder_change_nothing(spoilt: Path, words: str, told: list[str]) -> None:
    done = shell(words, spoilt)
    assert (done.returncode, sorted(done.stderr.splitlines())) == (2, sorted(told))
    left = {path.name for path in (spoilt.parent / "output").iterdir()}
    assert left == {".lock", "summary.json", "report.html", "bad_records.csv"}
