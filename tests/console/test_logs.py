"""What the libraries log is heard while a pipeline runs, and is not on the screen before, meanwhile or after.

Nor is what their C++ code logs while it is loaded, and nothing else is held back.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from core.project import ROOT

_CODE = """
import logging
import absl.logging
from console.logs import listening, set_up_logs

class Heard(logging.Handler):
    def emit(self, record):
        print(record.getMessage())

set_up_logs(verbose=VERBOSE)
for number in (1, 2):
    absl.logging.warning("before %d", number)
    with listening(Heard(), VERBOSE):
        absl.logging.info("heard %d", number)
absl.logging.warning("after")
"""


@pytest.mark.parametrize("verbose", [False, True])
def test_log_is_heard_and_shown_only_where_it_is_asked_for(verbose: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE.replace("VERBOSE", str(verbose))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "heard 1\nheard 2\n"
    shown = ["before 1", "heard 1", "before 2", "heard 2", "after"] if verbose else []
    assert [line.split(":", 2)[-1] for line in done.stderr.splitlines()] == shown


NOISE = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
    "I0000 00:00:1795410265.605485   18946 port.cc:153] oneDNN custom operations are on.\n"
)


def stderr_of(package: str, folder: Path, code: str = "") -> tuple[int, str]:
    """Returns status and stderr of a process that imports a package of this source, quietly."""
    (folder / "noisy").mkdir()
    (folder / "noisy" / "__init__.py").write_text(package)
    program = f"from console.logs import quieten; quieten('noisy'); quieten('noisy'); {code or 'import noisy'}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{folder}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr


def write(text: str) -> str:
    # As C++ does, past sys.stderr.
    return f"import os, sys; os.write(2, {text.encode()!r})\n"


def test_noise_of_loading_is_held_back(tmp_path: Path) -> None:
    assert stderr_of(write(NOISE), tmp_path) == (0, "")


def test_anything_else_that_is_said_while_loading_comes_through(tmp_path: Path) -> None:
    said = "Interrupted by SIGINT; the same command goes on from here.\n"
    assert stderr_of(write(NOISE + said), tmp_path) == (0, said)


def test_import_that_fails_tells_why(tmp_path: Path) -> None:
    status, said = stderr_of(write(NOISE) + "raise ImportError('no such library')", tmp_path)
    assert status == 1
    assert said.endswith("ImportError: no such library\n")
    assert "absl" not in said


def test_what_is_said_afterwards_comes_through(tmp_path: Path) -> None:
    later = f"import noisy; {write(NOISE)}"
    assert stderr_of("", tmp_path, later) == (0, NOISE)


@pytest.mark.parametrize("code", ["import noisy; noisy.part.x", "import noisy.part", "from noisy import part"])
def test_package_is_what_it_would_be(tmp_path: Path, code: str) -> None:
    source = "from noisy import part\nassert __path__ and __spec__.submodule_search_locations\n"
    (tmp_path / "noisy_part.py").write_text("x = 1\n")
    source = source.replace(
        "from noisy import part", "import sys, noisy_part as part; sys.modules['noisy.part'] = part"
    )
    assert stderr_of(source, tmp_path, code) == (0, "")
