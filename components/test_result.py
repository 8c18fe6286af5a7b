"""Reads what the Evaluator found: accuracy by slice, and by which rules a model was blessed or not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_model_analysis as tfma
from tensorflow_model_analysis.proto import validation_result_pb2
from tensorflow_model_analysis.writers import eval_config_writer

from components.blessing import (
    ACCURACY,
    ALL,
    EXAMPLE_COUNT,
    TOP_2_ACCURACY,
    Judged,
    Rule,
    Slice,
    label_slice,
    labels_of,
    reasons,
    rules_of,
)
from core.accuracy import Accuracy
from core.columns import Column
from core.features import LETTER
from core.labels import Labels

# Beside TFMA's files: what was judged beyond them.
_JUDGED_FILE = "judged.json"
_CONFUSION_PLOT = "multiClassConfusionMatrixAtThresholds"

# TFMA orders plots by output and by sub-key; the model has one of each, without a name.
_NO_PLOTS: Mapping[str, Any] = {"": {"": {}}}


@dataclass(frozen=True)
class TestResult:
    """What the Evaluator found of one model on the test split.

    Attributes:
        labels: The labels that it was tested on.
        accuracies: Of all photos, and of each slice that has test photos.
        top_2: How often the letter is among the two likeliest.
        confusion: int64 [labels, labels], photos by true and predicted class id; all zero where it was not measured.
        judged: Every rule of the blessing, with what the model came to.
        baseline: What the last blessed model came to on the same photos, judged by nothing; None without one.
    """

    __test__ = False  # pytest takes it for a test otherwise.

    labels: Labels
    accuracies: Mapping[Slice, Accuracy]
    top_2: Accuracy
    confusion: np.ndarray
    judged: tuple[Judged, ...] = ()
    baseline: TestResult | None = None

    @property
    def overall(self) -> Accuracy:
        """The accuracy over all photos."""
        return self.accuracies[ALL]

    @property
    def per_letter(self) -> dict[str, Accuracy]:
        """The accuracy of each letter that has test photos, in the order of the labels."""
        found = {label: self.accuracies.get(label_slice(label)) for label in self.labels}
        return {label: accuracy for label, accuracy in found.items() if accuracy}

    def per_value(self, column: Column) -> dict[str, Accuracy]:
        """Returns the accuracy by the values of a slice column, as people are shown them."""
        found = {
            column.shown(place[0][1]): accuracy
            for place, accuracy in self.accuracies.items()
            if [name for name, _ in place] == [column.name]
        }
        return {value: found[value] for value in column.in_order(found)}

    def per_letter_and_value(self, column: Column) -> dict[tuple[str, str], Accuracy]:
        """Returns the accuracy by letter and value of a slice column, of what has test photos."""
        places = {place: dict(place) for place in self.accuracies}
        return {
            (named[LETTER], column.shown(named[column.name])): self.accuracies[place]
            for place, named in places.items()
            if set(named) == {LETTER, column.name}
        }

    @property
    def reasons(self) -> list[str]:
        """Why the model was not blessed, in words; empty if it was."""
        return reasons(self.judged)


def read_test_result(evaluation: str) -> TestResult:
    """Returns the result that lies in the folder of an evaluation artifact."""
    # As the Evaluator judged by it: without rules on the change where there is no baseline.
    config, _, _, models = eval_config_writer.load_eval_run(evaluation)
    labels = labels_of(config)
    # TFMA names the models only where there are two; without the name it then finds their metrics, but no plots. And
    # asking it for one that is not there logs a line for every slice.
    name = tfma.CANDIDATE_KEY if tfma.CANDIDATE_KEY in models else None
    candidate = _figures(tfma.load_eval_result(evaluation, model_name=name), labels)
    baseline = None
    if tfma.BASELINE_KEY in models:
        baseline = _figures(tfma.load_eval_result(evaluation, model_name=tfma.BASELINE_KEY), labels)
    failures = _failures(tfma.load_validation_result(evaluation))
    judged = [_judged(rule, candidate, baseline, failures) for rule in rules_of(config)]
    return replace(candidate, judged=(*judged, *_read_judged(Path(evaluation))), baseline=baseline)


def write_judged(judged: Iterable[Judged], evaluation: Path) -> None:
    """Writes rules that TFMA has not judged into the folder of an evaluation artifact."""
    rows = [
        {"slice": each.rule.slice, "bound": each.rule.bound, "value": each.value, "met": each.met} for each in judged
    ]
    (evaluation / _JUDGED_FILE).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def _read_judged(evaluation: Path) -> list[Judged]:
    file = evaluation / _JUDGED_FILE
    # Older versions of this program wrote none.
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return [
        Judged(Rule(tuple((name, value) for name, value in row["slice"]), row["bound"]), row["value"], row["met"])
        for row in rows
    ]


def _figures(result: tfma.EvalResult, labels: Labels) -> TestResult:
    slices: Mapping[Any, Mapping[str, Any]] = result.get_metrics_for_all_slices()
    # TFMA orders the features of a slice by itself, and has whole numbers in some.
    by_slice = {tuple(sorted((name, str(value)) for name, value in key)): found for key, found in slices.items()}
    plots = dict(result.plots).get((), _NO_PLOTS)[""][""]
    return TestResult(
        labels=labels,
        accuracies={place: _accuracy(metrics, ACCURACY) for place, metrics in by_slice.items()},
        top_2=_accuracy(by_slice[ALL], TOP_2_ACCURACY),
        confusion=_confusion_matrix(plots, len(labels)),
    )


def _confusion_matrix(plots: Mapping[str, Any], classes: int) -> np.ndarray:
    matrix = np.zeros((classes, classes), np.int64)
    for entry in plots.get(_CONFUSION_PLOT, {"matrices": [{"entries": []}]})["matrices"][0]["entries"]:
        # Zeros are left out of the message; -1 is a photo without any probability above 0, of which the first letter
        # is served.
        place = entry.get("actualClassId", 0), max(entry.get("predictedClassId", 0), 0)
        matrix[place] += round(entry.get("numWeightedExamples", 0))
    return matrix


def _failures(result: validation_result_pb2.ValidationResult) -> set[tuple[Slice, bool]]:
    """Returns the slices on which a bound was missed, each with whether it is a change's."""
    return {
        (_slice_of(validation.slice_key.single_slice_keys), failure.metric_key.is_diff)
        for validation in result.metric_validations_per_slice
        for failure in validation.failures
    }


def _slice_of(keys: Iterable[Any]) -> Slice:
    values = [(key.column, getattr(key, key.WhichOneof("kind"))) for key in keys]
    return tuple(sorted((name, value.decode() if isinstance(value, bytes) else str(value)) for name, value in values))


def _judged(
    rule: Rule, candidate: TestResult, baseline: TestResult | None, failures: set[tuple[Slice, bool]]
) -> Judged:
    reached = candidate.accuracies.get(rule.slice)
    if reached is None:
        return Judged(rule, None, met=False)
    before = baseline.accuracies[rule.slice].value if rule.is_change and baseline else 0.0
    return Judged(rule, reached.value - before, (rule.slice, rule.is_change) not in failures)


def _accuracy(metrics: Mapping[str, Any], name: str) -> Accuracy:
    return Accuracy(
        value=float(metrics[name]["doubleValue"]),
        photos=round(metrics[EXAMPLE_COUNT]["doubleValue"]),
    )
