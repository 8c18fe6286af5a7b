"""A small data folder to be spoilt, and a call on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.hostile_runs import Done, call_local, flat_folder


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """A data folder with the images a.png, b.png, c.png beside a CSV that names the first two; to be spoilt."""
    return flat_folder(tmp_path / "data")


@pytest.fixture
def call(flat: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Calls `local_runner.py` in this process on the flat folder, or another, with the tiny settings."""

    def call_on(*flags: str, data: Path = flat, output: Path = tmp_path / "output") -> Done:
        return call_local(capsys, data, output, *flags)

    return call_on
