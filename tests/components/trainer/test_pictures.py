"""Pictures of a training: each field in its place, and TensorBoard's files readable."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from components.trainer.pictures import AUGMENTED_FILE, TrainingPictures, confusion_picture, sheet
from sample import parameters
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import random_photos


def test_sheet_puts_sixteen_in_a_row_and_leaves_the_rest_white() -> None:
    pictures = np.zeros((18, 4, 4, 3))
    pictures[17] = 0.5
    found = sheet(pictures)
    assert found.shape == (8, 64, 3)
    assert (found[:4] == 0).all()
    assert (found[4:, 4:8] == 128).all()
    assert (found[4:, 8:] == 255).all()


def test_confusion_picture_is_dark_where_letters_were_taken_for_others() -> None:
    found = confusion_picture(np.array([0, 0, 5]), np.array([0, 7, 5]), LABELS)
    assert found.shape == (544, 544, 3)
    middle = lambda row, column: found[16 * row + 24, 16 * column + 24, 0]  # noqa: E731
    assert middle(5, 5) == 0
    assert middle(0, 0) == middle(0, 7) == round(255 * (1 - 0.5**0.5))
    assert middle(7, 0) == middle(20, 20) == 255
    # The letters stand along both sides.
    assert (found[:16] < 128).any()
    assert (found[:, :16] < 128).any()


def test_labels_stand_beside_the_confusion_as_numbers_where_no_font_has_their_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_letters = confusion_picture(np.array([0]), np.array([0]), LABELS)
    monkeypatch.setattr(parameters, "find_spec", lambda name: None)
    with_numbers = confusion_picture(np.array([0]), np.array([0]), LABELS)
    assert all((with_numbers[:16, 16 * n : 16 * n + 16] < 128).any() for n in range(1, 34))
    assert not np.array_equal(with_numbers, with_letters)
    np.testing.assert_array_equal(with_numbers[16:, 16:], with_letters[16:, 16:])


def test_labels_of_several_characters_stand_beside_the_confusion_as_numbers() -> None:
    longer, other = (confusion_picture(np.array([0]), np.array([0]), labels) for labels in (("аб", "в"), ("г", "де")))
    assert longer.shape == (48, 48, 3)
    np.testing.assert_array_equal(longer, other)


def test_tensorboard_gets_the_sheet_and_a_confusion_matrix_every_five_epochs_and_at_the_end(tmp_path: Path) -> None:
    class Model:
        def predict(self, batches: object, verbose: int) -> np.ndarray:
            return np.zeros((6, 1, 33))

    augmented = np.full((32, 512, 3), 7, np.uint8)
    pictures = TrainingPictures(tmp_path, augmented, random_photos(6, 1), LABELS, 4)
    pictures.set_model(Model())
    pictures.set_params({"epochs": 7})
    pictures.on_train_begin()
    for epoch in range(7):
        pictures.on_epoch_end(epoch)
    pictures.on_train_end()
    events = EventAccumulator(str(tmp_path / "pictures"), size_guidance={"tensors": 0}).Reload()
    steps = {tag: [event.step for event in events.Tensors(tag)] for tag in events.Tags()["tensors"]}
    assert steps == {"augmented photos": [0], "confusion on eval": [4, 6]}
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / AUGMENTED_FILE)), augmented)
