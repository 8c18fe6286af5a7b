"""One small run of the whole pipeline, shared by the tests that only look at it or go on from it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_run import PER_LETTER, Result, run_tiny

from sample.writer import write_sample


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("tiny") / "data", per_letter=PER_LETTER)


@pytest.fixture(scope="session")
def first_run(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The output folder of a run that nothing preceded, and what it came to; tests must not change it."""
    output = tmp_path_factory.mktemp("first") / "output"
    return output, run_tiny(tiny_data, output)


@pytest.fixture
def after_first_run(first_run: tuple[Path, Result], tiny_data: Path) -> Callable[..., Result]:
    """Runs again on the first run's output; returns what that came to."""

    def again(*overrides: str, data: Path = tiny_data) -> Result:
        return run_tiny(data, first_run[0], *overrides)

    return again


@pytest.fixture
def data_copy(tiny_data: Path, tmp_path: Path) -> Path:
    """A copy of the small data, to be spoilt."""
    return Path(shutil.copytree(tiny_data, tmp_path / "copy"))


@pytest.fixture(scope="session")
def undisturbed(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run that nothing disturbs and, other than that of `first_run`, no test runs in again."""
    output = tmp_path_factory.mktemp("undisturbed") / "output"
    assert run_tiny(tiny_data, output).status == 0
    return output
