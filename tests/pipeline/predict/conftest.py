"""The command `predict_batch.py`, on a small model."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.predict.batch_command import predict_batch_main


@pytest.fixture
def predict(exported_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(given: object, name: str = "letters.csv") -> tuple[int, str, str]:
        status = predict_batch_main([str(exported_model), str(given), str(tmp_path / name)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call
