"""Runs of the tiny pipeline on small disks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resources.small_disk import Disk, mounted
from tests.tiny_run import Result, run_tiny


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of its own, of 200 MB."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture(scope="session")
def undisturbed(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What a run comes to that lacks nothing."""
    return run_tiny(tiny_data, tmp_path_factory.mktemp("undisturbed") / "output")
