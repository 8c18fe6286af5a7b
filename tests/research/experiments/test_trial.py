"""What no setting expresses: grey photos, flips, other papers, a second target; and a whole trial of each."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from components.settings import AugmentationSettings, ModelSettings
from components.trainer.model import build_model
from components.trainer.photos import Splits, one_hot
from research.experiments import claims
from research.experiments.claims import Change, Claim, short_recipe
from research.experiments.trial import (
    SYMMETRICAL,
    flip_symmetrical,
    in_grey,
    one_hot_papers,
    paper_of,
    replace_papers,
    run_trial,
    with_paper_head,
)
from schema.curated import read_labels
from tests.model_fixtures import random_photos

SEED = tf.constant([1, 2])


def test_grey_photos_have_equal_channels_and_keep_their_brightness() -> None:
    photos = random_photos(5, 1)
    grey = in_grey(photos)
    assert grey.pixels.dtype == np.uint8
    assert (grey.pixels == grey.pixels[..., :1]).all()
    white = dataclasses.replace(photos, pixels=np.full_like(photos.pixels, 255))
    assert (in_grey(white).pixels == 255).all()


def test_half_of_the_symmetrical_letters_are_mirrored_and_no_others() -> None:
    assert len(SYMMETRICAL) == 10
    photos = tf.random.stateless_uniform([330, 4, 4, 3], SEED)
    letters = list(read_labels()) * 10
    labels = one_hot(np.arange(330) % 33, 33)
    found = tf.function(flip_symmetrical)(photos, tf.constant(labels), SEED).numpy()
    same = (found == photos.numpy()).all(axis=(1, 2, 3))
    mirrored = (found == photos.numpy()[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same ^ mirrored).all()
    assert {letter for letter, m in zip(letters, mirrored, strict=True) if m} == set(SYMMETRICAL)
    assert 30 < mirrored.sum() < 70


def letter_on(paper: float) -> np.ndarray:
    photo = np.full((32, 32, 3), paper, np.float32)
    photo[14:18, 6:26] *= 0.4
    return photo


def test_paper_is_found_below_the_ink() -> None:
    np.testing.assert_allclose(paper_of(tf.constant(letter_on(0.8)[np.newaxis])), 0.8, atol=1e-5)


def test_half_of_the_letters_get_the_paper_of_another_photo() -> None:
    photos = np.stack([letter_on(0.9), letter_on(0.5)] * 50)
    found = tf.function(replace_papers)(tf.constant(photos), SEED).numpy()
    swapped = np.array([abs(f[0, 0, 0] - p[0, 0, 0]) > 0.1 for f, p in zip(found, photos, strict=True)])
    assert 30 < swapped.sum() < 70
    np.testing.assert_array_equal(found[~swapped], photos[~swapped])
    # The same ink on the other's paper.
    np.testing.assert_allclose(found[swapped], photos[np.flatnonzero(swapped) - 1], atol=1e-5)


def test_second_target_shares_the_network() -> None:
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4, 8)), 33)
    both = with_paper_head(network)
    outputs = both(random_photos(2, 1).pixels / np.float32(255))
    assert outputs["letters"].shape == (2, 1, 33) and outputs["paper"].shape == (2, 4)
    assert both.count_params() == network.count_params() + 8 * 4 + 4
    assert one_hot_papers(np.array([2, -1])).tolist() == [[0, 0, 1, 0], [0, 0, 0, 0]]


# Two of the ways that a trial is built; the others differ from the second in what is tested above alone.
@pytest.mark.parametrize(
    "change",
    ["", *(pytest.param(change, marks=pytest.mark.long) for change in ("grey", "flips", "papers")), "second target"],
)
def test_a_trial_trains_and_counts(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = short_recipe().model_copy(
        update={
            "model": ModelSettings(stem_width=4, stage_widths=(4, 8)),
            "augmentation": AugmentationSettings(),
            "train": short_recipe().train.model_copy(update={"epochs": 1, "batch_size": 16}),
        }
    )
    monkeypatch.setattr(claims, "short_recipe", lambda: tiny)
    splits = Splits(random_photos(33, 1), random_photos(20, 2))
    claim = Claim("tiny", "a test", change=change)
    trial = run_trial(claim, 3, splits)
    assert (trial.claim, trial.seed, trial.photos) == ("tiny", 3, 20)
    assert 0 <= trial.right <= 20
    if not change:
        assert run_trial(claim, 3, splits).right == trial.right
