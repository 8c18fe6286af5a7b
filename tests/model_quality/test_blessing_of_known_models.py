"""Models that must not be served: one that answers NaN, and one that is good but worse than what is served now."""

from pathlib import Path

import pytest

from components.pusher.component import PUSHED_PROPERTY
from core.accuracy import Accuracy
from pipeline.recipes import RECIPES, named
from schema.curated import read_labels
from tests.component_runs import run_pusher
from tests.model_quality.known_answers import ALPHABET, PER_LETTER, evaluate, save_oracle

PHOTOS = PER_LETTER * len(ALPHABET)
THRESHOLDS = named("default").evaluation


def test_model_that_answers_nan_is_neither_blessed_nor_pushed(tmp_path: Path) -> None:
    model = save_oracle(tmp_path / "model", not_a_number=True)
    blessing, result, _ = evaluate(tmp_path, THRESHOLDS, model)
    assert blessing.get_int_custom_property("blessed") == 0
    # TFMA takes the first letter for the likeliest of NaNs.
    assert result.overall == Accuracy(pytest.approx(1 / len(ALPHABET)), PHOTOS)
    assert len(result.reasons) == 2
    assert run_pusher(tmp_path, model, blessing).get_int_custom_property(PUSHED_PROPERTY) == 0
    assert not (tmp_path / "serving").exists()


@pytest.mark.parametrize("name", RECIPES)
def test_no_recipe_s_thresholds_let_a_model_pass_that_answers_nan(name: str) -> None:
    evaluation = named(name).evaluation
    assert evaluation.min_accuracy > 10 / len(read_labels())
    # All letters but the first are read wrongly.
    assert evaluation.min_letter_accuracy > 0


def test_good_model_that_is_worse_than_the_served_one_on_the_same_photos_is_refused(tmp_path: Path) -> None:
    misread = dict.fromkeys(ALPHABET[:2], 1)
    candidate, served = save_oracle(tmp_path / "candidate", misread), save_oracle(tmp_path / "served")
    blessing, result, baseline = evaluate(tmp_path, THRESHOLDS, candidate, served)
    assert baseline is not None and baseline.overall == Accuracy(1.0, PHOTOS)
    assert result.overall == Accuracy(pytest.approx(98 / 100), PHOTOS)
    assert result.overall.value > THRESHOLDS.min_accuracy
    assert blessing.get_int_custom_property("blessed") == 0
    assert result.reasons == [f"accuracy is {2 / 100:.4f} lower than the baseline's, over 0.01"]


@pytest.mark.long
def test_stale_baseline_is_measured_anew_on_the_new_photos(tmp_path: Path) -> None:
    # On old photos it may have been perfect; what counts is what it is worth on these.
    stale = save_oracle(tmp_path / "stale", dict.fromkeys(ALPHABET, 4))
    candidate = save_oracle(tmp_path / "candidate", dict.fromkeys(ALPHABET[:2], 1))
    blessing, result, baseline = evaluate(tmp_path, THRESHOLDS, candidate, stale)
    assert baseline is not None and baseline.overall == Accuracy(pytest.approx(16 / 20), PHOTOS)
    assert blessing.get_int_custom_property("blessed") == 1
    assert result.reasons == []
