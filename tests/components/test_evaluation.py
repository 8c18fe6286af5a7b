"""The thresholds: one for the whole test split, one for every letter, none for anything else."""

import pytest
from tensorflow_model_analysis.proto import config_pb2

from components.evaluation import eval_config
from components.settings import EvaluationSettings
from core.features import BACKGROUND, LETTER
from core.labels import ALPHABET

SETTINGS = EvaluationSettings(min_accuracy=0.9, min_letter_accuracy=0.6, max_accuracy_drop=0.02)


@pytest.fixture(scope="module")
def config() -> config_pb2.EvalConfig:
    return eval_config(SETTINGS)


@pytest.fixture(scope="module")
def thresholds(config: config_pb2.EvalConfig) -> list[config_pb2.PerSliceMetricThreshold]:
    accuracy = config.metrics_specs[0].metrics[0]
    # It would hold every letter and paper to the overall bound.
    assert not accuracy.HasField("threshold")
    return list(accuracy.per_slice_thresholds)


def test_overall_bounds_are_for_the_overall_slice_only(
    thresholds: list[config_pb2.PerSliceMetricThreshold],
) -> None:
    overall, _ = thresholds
    assert list(overall.slicing_specs) == [config_pb2.SlicingSpec()]
    assert overall.threshold.value_threshold.lower_bound.value == 0.9
    change = overall.threshold.change_threshold
    assert change.absolute.value == -0.02
    assert change.direction == config_pb2.MetricDirection.HIGHER_IS_BETTER


def test_every_letter_has_a_bound_of_its_own(thresholds: list[config_pb2.PerSliceMetricThreshold]) -> None:
    _, letters = thresholds
    assert [dict(spec.feature_values) for spec in letters.slicing_specs] == [{LETTER: letter} for letter in ALPHABET]
    assert letters.threshold.value_threshold.lower_bound.value == 0.6
    assert not letters.threshold.HasField("change_threshold")


def test_every_slice_with_a_bound_is_measured_and_so_is_each_paper(config: config_pb2.EvalConfig) -> None:
    letters = [config_pb2.SlicingSpec(feature_values={LETTER: letter}) for letter in ALPHABET]
    papers = config_pb2.SlicingSpec(feature_keys=[BACKGROUND])
    both = config_pb2.SlicingSpec(feature_keys=[LETTER, BACKGROUND])
    assert list(config.slicing_specs) == [config_pb2.SlicingSpec(), papers, both, *letters]
