"""Runs of the tiny pipeline on small disks; the run's settings are the end-to-end tests'."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "end_to_end"))

from small_disk import Disk, mounted
from tiny_run import PER_LETTER, Result, run_tiny

from sample.writer import write_sample


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("tiny") / "data", per_letter=PER_LETTER)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of its own, of 200 MB."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture(scope="session")
def undisturbed(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What a run comes to that lacks nothing."""
    return run_tiny(tiny_data, tmp_path_factory.mktemp("undisturbed") / "output")
