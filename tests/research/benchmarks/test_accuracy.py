"""Figures of served probabilities, their means over models, and mistakes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.trainer.photos import Photos, one_hot
from core.features import IMAGE_FOLDER
from research.benchmarks.accuracy import by_letter, figures, lowest_first, main, probabilities_of, with_mean
from schema.curated import read_labels

# а twice, б once; on the papers striped, plain, plain.
PHOTOS = Photos(np.zeros((3, 32, 32, 3), np.uint8), one_hot(np.array([0, 0, 1]), 33), np.array([0, 2, 2]))
# Right, wrong and right, and never quite sure.
ANSWERS = np.full((3, 33), 0.2 / 32, np.float32)
ANSWERS[[0, 1, 2], [0, 5, 1]] = 0.8


def test_figures_by_hand() -> None:
    found = figures(ANSWERS, PHOTOS)
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["low"] == pytest.approx(0.2077, abs=1e-4) and found["high"] == pytest.approx(0.9385, abs=1e-4)
    assert (found["striped"], found["plain"], found["weakest letter"]) == (1.0, 0.5, 0.5)
    assert "gridded" not in found
    assert found["calibration error"] == pytest.approx(0.8 - 2 / 3, abs=1e-6)
    assert by_letter(ANSWERS, PHOTOS) == {"а": 0.5, "б": 1.0}


def test_mean_is_of_every_figure_and_follows_the_models() -> None:
    rows = [{"model": "1", "accuracy": 0.9, "а": 0.5}, {"model": "2", "accuracy": 0.7, "а": 1.0}]
    assert with_mean(rows) == [*rows, {"model": "mean", "accuracy": pytest.approx(0.8), "а": 0.75}]
    assert with_mean(rows[:1]) == rows[:1]


def test_letters_are_ordered_by_accuracy() -> None:
    assert lowest_first({"model": "mean", "а": 0.9, "б": 0.8}) == [
        {"letter": "б", "accuracy": 0.8},
        {"letter": "а", "accuracy": 0.9},
    ]


def test_a_model_is_asked_in_batches_and_answers_in_order(
    exported_model: Path, letters_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = [path.read_bytes() for path in sorted((letters_folder / IMAGE_FOLDER).iterdir())[:7]]
    whole = probabilities_of(exported_model, photos)
    assert whole.shape == (7, len(read_labels()))
    monkeypatch.setattr("components.inspector.component._BATCH", 3)
    np.testing.assert_allclose(probabilities_of(exported_model, photos), whole, atol=1e-6)


def test_command_prints_and_writes(
    exported_model: Path, letters_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    arguments = [str(exported_model), str(exported_model), "--data", str(letters_folder), "--output", str(tmp_path)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "of the test split" in printed and "mean" in printed
    assert '"benchmark": "accuracy"' in (tmp_path / "accuracy.json").read_text()


def test_mistakes_end_in_one_line(exported_model: Path, tmp_path: Path, capsys: Any) -> None:
    missing = str(tmp_path / "none")
    for model, data, message in (
        (missing, str(tmp_path), "none: no pushed model there"),
        (str(exported_model), missing, "none: no such folder"),
    ):
        assert main([model, "--data", data, "--output", str(tmp_path / "out")]) == 2
        error = capsys.readouterr().err
        assert message in error and error.count("\n") == 1
