"""Predictions of photos in memory: over all members, whatever the batch size."""

import numpy as np

from components.settings import ModelSettings
from components.trainer.mixture import Photos, one_hot
from components.trainer.model import build_model
from components.trainer.prediction import is_right, predict_logits
from tests.model_fixtures import random_photos


def test_logits_are_the_mean_over_members_and_do_not_depend_on_the_batch_size() -> None:
    photos = random_photos(7, 1)
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4, 8), members=2))
    each = network.predict(photos.pixels / np.float32(255), verbose=0)
    for size in (2, 7, 100):
        np.testing.assert_allclose(predict_logits(network, photos, size), each.mean(axis=1), atol=1e-5)


def test_the_likeliest_letter_decides() -> None:
    photos = Photos(np.zeros((2, 32, 32, 3), np.uint8), one_hot(np.array([32, 4])), np.zeros(2, np.int64))
    assert photos.class_ids.tolist() == [32, 4]
    scores = np.full((2, 33), -1.0)
    scores[:, 4] = -0.5
    assert is_right(scores, photos).tolist() == [False, True]
