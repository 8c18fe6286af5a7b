"""Reads what the Evaluator found: accuracy by slice, and why a model was not blessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow_model_analysis as tfma
from tensorflow_model_analysis.proto import validation_result_pb2

from components.accuracy import Accuracy
from components.evaluation import ACCURACY, EXAMPLE_COUNT
from components.features import BACKGROUND, BACKGROUNDS, LETTER
from components.letters import ALPHABET


@dataclass(frozen=True)
class TestResult:
    """What the Evaluator found on the test split.

    Attributes:
        overall: Over all photos.
        per_letter: Of each letter that has test photos, in the order of the alphabet.
        per_background: On each paper that has test photos.
        reasons: Why the model was not blessed, in words; empty if it was.
    """

    __test__ = False  # pytest takes it for a test otherwise.

    overall: Accuracy
    per_letter: dict[str, Accuracy]
    per_background: dict[str, Accuracy]
    reasons: list[str]


def read_test_result(evaluation: str) -> TestResult:
    """Returns the result that lies in the folder of an evaluation artifact."""
    slices: Mapping[Any, Mapping[str, Any]] = tfma.load_eval_result(evaluation).get_metrics_for_all_slices()
    by_slice = {key: _accuracy(metrics) for key, metrics in slices.items()}
    letters = {key[0][1]: v for key, v in by_slice.items() if key and key[0][0] == LETTER}
    papers = {int(key[0][1]): v for key, v in by_slice.items() if key and key[0][0] == BACKGROUND}
    return TestResult(
        overall=by_slice[()],
        per_letter={letter: letters[letter] for letter in ALPHABET if letter in letters},
        per_background={name: papers[i] for i, name in enumerate(BACKGROUNDS) if i in papers},
        reasons=validation_reasons(tfma.load_validation_result(evaluation)),
    )


def validation_reasons(result: validation_result_pb2.ValidationResult) -> list[str]:
    """Returns every threshold that was missed, in words; all letters below the same bound are one reason."""
    reasons = []
    letters: dict[float, list[str]] = {}
    for validation in result.metric_validations_per_slice:
        for failure in validation.failures:
            if validation.slice_key.single_slice_keys:
                letter = validation.slice_key.single_slice_keys[0].bytes_value.decode()
                value = failure.metric_value.double_value.value
                letters.setdefault(_lower_bound(failure), []).append(f"{letter} {value:.3f}")
            else:
                reasons.append(_overall_failure(failure))
    reasons += [
        f"{ACCURACY} of {len(values)} letter(s) is below {bound:g}: {', '.join(sorted(values))}"
        for bound, values in letters.items()
    ]
    missing = [s.feature_values[LETTER] for s in result.missing_slices]
    if missing:
        reasons.append(f"no test photo of {' '.join(sorted(missing))}")
    return reasons


def _overall_failure(failure: validation_result_pb2.ValidationFailure) -> str:
    value = failure.metric_value.double_value.value
    if failure.metric_key.is_diff:
        bound = -failure.metric_threshold.change_threshold.absolute.value
        return f"{ACCURACY} is {-value:.4f} lower than the baseline's, over {bound:g}"
    return f"{ACCURACY} is {value:.4f}, below {_lower_bound(failure):g}"


def _lower_bound(failure: validation_result_pb2.ValidationFailure) -> float:
    return float(failure.metric_threshold.value_threshold.lower_bound.value)


def _accuracy(metrics: Mapping[str, Any]) -> Accuracy:
    return Accuracy(
        value=float(metrics[ACCURACY]["doubleValue"]),
        photos=round(metrics[EXAMPLE_COUNT]["doubleValue"]),
    )
