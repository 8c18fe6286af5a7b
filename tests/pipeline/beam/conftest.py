"""Prism, built once."""

import shutil
import subprocess

import pytest

from core.project import ROOT
from tests.pipeline.beam.beam_processes import PYTHON, Engine


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Prism, built as `make prism` does it."""
    if not shutil.which("go"):
        pytest.skip("Prism needs Go to be built, and go is not on the PATH")
    program = tmp_path_factory.mktemp("prism") / "prism"
    done = subprocess.run(
        ["scripts/prism.sh", "build", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stderr
    return Engine("prism", program)


@pytest.fixture(scope="module", params=["flink", "prism"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine whose job server can be had here."""
    return PYTHON if request.param == "flink" else request.getfixturevalue("prism")
