"""A timed training: what it tells of its epochs, and what it counts."""

from pathlib import Path

import pytest

from components.settings import DataSettings, ModelSettings, TrainSettings
from core.errors import UserError
from core.features import CSV_FILE_NAME
from pipeline.config import Config
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.training import Training, timed_training

TRAINING = Training(accuracies=[0.5, 0.9, 0.8, 0.95], epoch_seconds=[4.0, 2.0, 2.0, 3.0], other_seconds=10.0)
TINY = Config(
    recipe="tiny",
    data=DataSettings(train_share=1, eval_share=1, test_share=1),
    model=ModelSettings(stem_width=4, stage_widths=(4,)),
    train=TrainSettings(epochs=2, batch_size=16, generated_per_letter=1),
)


def test_all_but_the_epochs_counts_before_the_first() -> None:
    assert TRAINING.ends() == [14.0, 16.0, 18.0, 21.0]


@pytest.mark.parametrize(("target", "seconds"), [(0.5, 14.0), (0.6, 16.0), (0.9, 16.0), (0.95, 21.0), (0.96, None)])
def test_first_epoch_that_reached_the_target_counts(target: float, seconds: float | None) -> None:
    assert TRAINING.seconds_to(target) == seconds


def test_every_epoch_is_told(letters_folder: Path) -> None:
    training = timed_training(TINY, letters_folder)
    assert len(training.accuracies) == len(training.epoch_seconds) == 2
    assert all(0.0 <= accuracy <= 1.0 for accuracy in training.accuracies)
    assert training.other_seconds > 0.0


def test_mistake_comes_through_from_another_process(tmp_path: Path) -> None:
    # A row without its image is a `BadRecordsError`, which pickle cannot make anew.
    (tmp_path / CSV_FILE_NAME).write_text("letter,label,file,background\nа,1,none.png,0\n", encoding="utf-8")
    (tmp_path / "other.png").touch()
    with pytest.raises(UserError, match="the file does not exist"):
        in_fresh_process(timed_training, TINY, tmp_path)
