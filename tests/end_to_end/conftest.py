"""One small run of the whole pipeline, shared by the tests that only look at it or go on from it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.forked_run import run_forked
from tests.tiny_run import Result, run_tiny, tiny_flags

# What the first run does beyond the tiny one, so that no other run is needed to see it.
MORE = ("data.on_bad_record=skip", "evaluation.robustness_photos=4", "evaluation.min_changed_accuracy=0")


@pytest.fixture(scope="session")
def first_run(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The output folder of a run that nothing preceded, and what it came to; tests must not change it."""
    output = tmp_path_factory.mktemp("first") / "output"
    return output, run_tiny(tiny_data, output, *MORE)


@pytest.fixture(scope="session")
def after_first_run(first_run: tuple[Path, Result], tiny_data: Path) -> Callable[..., Result]:
    """Runs again on the first run's output; returns what that came to."""

    def again(*overrides: str, data: Path = tiny_data) -> Result:
        return run_tiny(data, first_run[0], *MORE, *overrides)

    return again


@pytest.fixture
def data_copy(tiny_data: Path, tmp_path: Path) -> Path:
    """A copy of the small data, to be spoilt."""
    return Path(shutil.copytree(tiny_data, tmp_path / "copy"))


@pytest.fixture(scope="session")
def undisturbed(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run that nothing disturbs and, other than that of `first_run`, no test runs in again.

    It has a process of its own, as those that are compared with it have: Keras numbers its layers over all models of a
    process, and these names are in the exported files.
    """
    folder = tmp_path_factory.mktemp("undisturbed")
    output, log = folder / "output", folder / "log"
    assert run_forked(tiny_flags(tiny_data, output), log).status == 0, log.read_text(encoding="utf-8")
    return output
