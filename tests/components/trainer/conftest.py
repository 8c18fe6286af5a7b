"""The fixture of tiny trainings."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def train_tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Trains on noise; see `trainings.Train`."""
    # Here, since pytest may import this file before Keras 3 is chosen.
    from tests.components.trainer.trainings import tiny_training

    return tiny_training(monkeypatch, tmp_path / "logs")
