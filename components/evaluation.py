"""What the Evaluator measures, and what a model must reach to be blessed."""

import json

from tensorflow_model_analysis.proto import config_pb2

from components.settings import EvaluationSettings
from core import features
from core.labels import ALPHABET

ACCURACY = "accuracy"
# How often the letter is among the two likeliest.
TOP_2_ACCURACY = "top_2_accuracy"
EXAMPLE_COUNT = "example_count"


def eval_config(settings: EvaluationSettings) -> config_pb2.EvalConfig:
    """Returns TFMA's configuration: accuracy overall, per letter, per paper and per both, with the thresholds.

    Every letter has a threshold of its own, so that a letter without test photos blocks the blessing too.
    """
    return config_pb2.EvalConfig(
        model_specs=[
            config_pb2.ModelSpec(
                signature_name=features.EXAMPLES_SIGNATURE,
                label_key=features.LABEL,
                prediction_key=features.PROBABILITIES,
                model_type="tf_generic",
            )
        ],
        slicing_specs=[
            config_pb2.SlicingSpec(),
            config_pb2.SlicingSpec(feature_keys=[features.BACKGROUND]),
            config_pb2.SlicingSpec(feature_keys=[features.LETTER, features.BACKGROUND]),
            *map(_letter_slice, ALPHABET),
        ],
        metrics_specs=[config_pb2.MetricsSpec(metrics=_metrics(settings))],
    )


def _metrics(settings: EvaluationSettings) -> list[config_pb2.MetricConfig]:
    return [
        _accuracy(settings),
        config_pb2.MetricConfig(
            class_name="SparseTopKCategoricalAccuracy", config=json.dumps({"name": TOP_2_ACCURACY, "k": 2})
        ),
        config_pb2.MetricConfig(class_name="ExampleCount"),
        config_pb2.MetricConfig(class_name="MultiClassConfusionMatrixPlot"),
    ]


def _letter_slice(letter: str) -> config_pb2.SlicingSpec:
    return config_pb2.SlicingSpec(feature_values={features.LETTER: letter})


def _accuracy(settings: EvaluationSettings) -> config_pb2.MetricConfig:
    # Thresholds per slice only: `MetricConfig.threshold` would hold every letter and paper to the overall bound.
    overall = config_pb2.PerSliceMetricThreshold(
        slicing_specs=[config_pb2.SlicingSpec()],
        threshold=config_pb2.MetricThreshold(
            value_threshold=_at_least(settings.min_accuracy),
            change_threshold=config_pb2.GenericChangeThreshold(
                direction=config_pb2.MetricDirection.HIGHER_IS_BETTER,
                absolute={"value": -settings.max_accuracy_drop},
            ),
        ),
    )
    letters = config_pb2.PerSliceMetricThreshold(
        slicing_specs=[_letter_slice(letter) for letter in ALPHABET],
        threshold=config_pb2.MetricThreshold(value_threshold=_at_least(settings.min_letter_accuracy)),
    )
    return config_pb2.MetricConfig(
        class_name="SparseCategoricalAccuracy",
        config=json.dumps({"name": ACCURACY}),
        per_slice_thresholds=[overall, letters],
    )


def _at_least(bound: float) -> config_pb2.GenericValueThreshold:
    return config_pb2.GenericValueThreshold(lower_bound={"value": bound})
