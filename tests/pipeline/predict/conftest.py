"""The command `predict.py`, on a small model, and its tables."""

import csv
from pathlib import Path
from typing import Any

import pytest

from pipeline.predict.command import predict_main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object) -> tuple[int, str, str]:
        status = predict_main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def predict(run: Any, exported_model: Path, tmp_path: Path) -> Any:
    """Writes a table of what the small model reads."""

    def call(given: object, name: str = "letters.csv") -> tuple[int, str, str]:
        return run(exported_model, given, "--output", tmp_path / name)

    return call


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
