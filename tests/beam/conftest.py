"""Prism, built once, and small letters for runs of the whole pipeline on an engine."""

import shutil
import subprocess
from pathlib import Path

import pytest
from beam_processes import PYTHON, Engine

from sample.writer import write_sample

_ROOT = Path(__file__).resolve().parent.parent.parent
# As in tests/end_to_end/tiny_run.py.
_PER_LETTER = 30


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Prism, built as `make prism` does it."""
    if not shutil.which("go"):
        pytest.skip("Prism needs Go to be built, and go is not on the PATH")
    program = tmp_path_factory.mktemp("prism") / "prism"
    done = subprocess.run(
        ["scripts/prism.sh", "build", program], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stderr
    return Engine("prism", program)


@pytest.fixture(scope="module", params=["flink", "prism"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine whose job server can be had here."""
    return PYTHON if request.param == "flink" else request.getfixturevalue("prism")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated letters, 30 of each: with halves and quarters no split is without a letter."""
    return write_sample(tmp_path_factory.mktemp("beam") / "data", per_letter=_PER_LETTER)
