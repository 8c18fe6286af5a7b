"""Reads what the Evaluator found: accuracy by slice, and why a model was not blessed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow_model_analysis as tfma
from tensorflow_model_analysis.proto import validation_result_pb2
from tensorflow_model_analysis.writers import eval_config_writer

from components.evaluation import ACCURACY, EXAMPLE_COUNT, TOP_2_ACCURACY
from core.accuracy import Accuracy
from core.features import BACKGROUND, BACKGROUNDS, LETTER
from core.labels import ALPHABET

_CONFUSION_PLOT = "multiClassConfusionMatrixAtThresholds"

# TFMA orders plots by output and by sub-key; the model has one of each, without a name.
_NO_PLOTS: Mapping[str, Any] = {"": {"": {}}}

_Metrics = Mapping[str, Any]


@dataclass(frozen=True)
class TestResult:
    """What the Evaluator found of one model on the test split.

    Attributes:
        overall: Over all photos.
        top_2: How often the letter is among the two likeliest.
        per_letter: Of each letter that has test photos, in the order of the alphabet.
        per_background: On each paper that has test photos.
        per_letter_and_background: By letter and paper, of what has test photos.
        confusion: int64 [33, 33], photos by true and predicted class id; all zero where it was not measured.
        reasons: Why the model was not blessed, in words; empty if it was.
    """

    __test__ = False  # pytest takes it for a test otherwise.

    overall: Accuracy
    top_2: Accuracy
    per_letter: dict[str, Accuracy]
    per_background: dict[str, Accuracy]
    per_letter_and_background: dict[tuple[str, str], Accuracy]
    confusion: np.ndarray
    reasons: list[str]


def read_test_result(evaluation: str) -> TestResult:
    """Returns the result that lies in the folder of an evaluation artifact."""
    reasons = validation_reasons(tfma.load_validation_result(evaluation))
    # TFMA names the models only where there are two; without the name it then finds their metrics, but no plots.
    name = tfma.CANDIDATE_KEY if tfma.CANDIDATE_KEY in _model_names(evaluation) else None
    return _test_result(tfma.load_eval_result(evaluation, model_name=name), reasons)


def read_baseline_result(evaluation: str) -> TestResult | None:
    """Returns what the last blessed model reached on the same photos, None if there was none."""
    if tfma.BASELINE_KEY not in _model_names(evaluation):
        return None
    return _test_result(tfma.load_eval_result(evaluation, model_name=tfma.BASELINE_KEY), [])


def _model_names(evaluation: str) -> Collection[str]:
    """Returns the models' names in an evaluation: asking TFMA for one that is not there logs a line for every slice."""
    _, _, _, locations = eval_config_writer.load_eval_run(evaluation)
    return set(locations)


def _test_result(result: tfma.EvalResult, reasons: list[str]) -> TestResult:
    slices: Mapping[Any, _Metrics] = result.get_metrics_for_all_slices()
    # TFMA orders the features of a slice by name.
    by_slice = {tuple(sorted(key)): metrics for key, metrics in slices.items()}
    letters = {key[0][1]: _accuracy(m) for key, m in by_slice.items() if [k for k, _ in key] == [LETTER]}
    papers = {int(key[0][1]): _accuracy(m) for key, m in by_slice.items() if [k for k, _ in key] == [BACKGROUND]}
    return TestResult(
        overall=_accuracy(by_slice[()]),
        top_2=_accuracy(by_slice[()], TOP_2_ACCURACY),
        per_letter={letter: letters[letter] for letter in ALPHABET if letter in letters},
        per_background={name: papers[i] for i, name in enumerate(BACKGROUNDS) if i in papers},
        per_letter_and_background={
            (key[1][1], BACKGROUNDS[int(key[0][1])]): _accuracy(m)
            for key, m in by_slice.items()
            if [k for k, _ in key] == sorted([BACKGROUND, LETTER])
        },
        confusion=confusion_matrix(dict(result.plots).get((), _NO_PLOTS)[""][""]),
        reasons=reasons,
    )


def confusion_matrix(plots: Mapping[str, Any]) -> np.ndarray:
    """Returns int64 [33, 33], photos by true and predicted class id, from TFMA's plots of one slice."""
    matrix = np.zeros((len(ALPHABET), len(ALPHABET)), np.int64)
    for entry in plots.get(_CONFUSION_PLOT, {"matrices": [{"entries": []}]})["matrices"][0]["entries"]:
        # Zeros are left out of the message.
        place = entry.get("actualClassId", 0), entry.get("predictedClassId", 0)
        matrix[place] = round(entry.get("numWeightedExamples", 0))
    return matrix


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


def _accuracy(metrics: _Metrics, name: str = ACCURACY) -> Accuracy:
    return Accuracy(
        value=float(metrics[name]["doubleValue"]),
        photos=round(metrics[EXAMPLE_COUNT]["doubleValue"]),
    )
