"""What short trainings show: the network is worth its size, and how a model ages when new photos come.

The bounds leave room for other seeds; what was measured is in docs/ml_test_score.md.
"""

from pathlib import Path

import keras
import numpy as np
import pytest

from components.settings import DataSettings
from components.trainer.photos import Photos, Splits, one_hot
from pipeline.recipes import named
from research.benchmarks.photos import load_splits
from research.experiments.other_hands import by_paper
from research.experiments.trial import accuracy
from sample.parameters import ALL_HANDS, Parameters
from sample.photos import draw_squares
from schema.curated import read_labels
from tests.model_quality.short_trainings import logistic_regression, trained

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

BATCH = 128
EPOCHS = 4
PER_LETTER, HELD_BACK = 40, 10


@pytest.fixture(scope="module")
def real(real_data: Path) -> Splits:
    """The train and the eval split; the test split is left alone."""
    return load_splits(real_data, DataSettings())


@pytest.fixture(scope="module")
def fresh(real: Splits) -> keras.Model:
    """Trained on all papers."""
    return trained(named("fast"), real, EPOCHS)


def test_logistic_regression_is_far_worse_than_the_network_on_real_photos(real: Splits, fresh: keras.Model) -> None:
    simple, network = logistic_regression(real), accuracy(fresh, real.eval, BATCH)
    print(f"logistic regression {simple:.4f}, network after {EPOCHS} epochs {network:.4f}")
    assert network >= simple + 0.3


def test_logistic_regression_is_far_worse_than_the_network_on_generated_letters() -> None:
    pixels, class_ids = draw_squares(Parameters(read_labels(), PER_LETTER, 11, ALL_HANDS))
    # Letter by letter: the last of each are held back.
    held_back = np.arange(len(class_ids)) % PER_LETTER >= PER_LETTER - HELD_BACK
    splits = Splits(*(_photos(pixels[mask], class_ids[mask]) for mask in (~held_back, held_back)))
    network = accuracy(trained(named("sample"), splits, epochs=16), splits.eval, BATCH)
    simple = logistic_regression(splits)
    print(f"logistic regression {simple:.4f}, network {network:.4f}")
    assert network >= simple + 0.3


def _photos(pixels: np.ndarray, class_ids: np.ndarray) -> Photos:
    return Photos(pixels, one_hot(class_ids, 33), np.zeros(len(pixels), np.int64))


def test_model_of_the_older_photos_falls_behind_on_the_newer_but_not_far(real: Splits, fresh: keras.Model) -> None:
    # The photos on graph paper were published last: they are what a model of the others has not seen coming.
    older, _ = by_paper(real.train)
    older_eval, newer_eval = by_paper(real.eval)
    stale = trained(named("fast"), Splits(older, older_eval), EPOCHS)
    of_stale, of_fresh = (accuracy(network, newer_eval, BATCH) for network in (stale, fresh))
    print(f"newer photos: stale {of_stale:.4f}, fresh {of_fresh:.4f}")
    # The older ones are half of all: in as many epochs, the stale network has had half the steps.
    assert 0.0 < of_fresh - of_stale < 0.2
