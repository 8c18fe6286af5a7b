"""What Kubeflow's UI is told of an evaluation, and the gate that fails a run without a blessed model."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tfx.types import standard_artifacts

from components.blessing import ALL, Judged, Rule, label_slice
from components.test_result import TestResult
from core.accuracy import Accuracy
from core.errors import UserError
from pipeline.kubeflow import scores
from pipeline.kubeflow.pages import plain

LABELS = ("а", "б", "дз")
RESULT = TestResult(
    labels=LABELS,
    accuracies={
        ALL: Accuracy(0.9, 100),
        label_slice("а"): Accuracy(0.8, 10),
        (("background", "0"),): Accuracy(0.7, 10),
    },
    top_2=Accuracy(0.95, 100),
    confusion=np.eye(len(LABELS), dtype=np.int64) * 3,
    judged=(Judged(Rule(ALL, 0.97), 0.9, met=False), Judged(Rule((("change", "turned"),), 0.5), 0.6, met=True)),
)


@pytest.fixture
def evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(scores, "read_test_result", lambda folder: RESULT)
    artifact = standard_artifacts.ModelEvaluation()
    artifact.uri = str(tmp_path)
    return artifact


def _run(component: Any, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    executor = component.EXECUTOR_SPEC.executor_class
    lists = [{key: [value] for key, value in artifacts.items()} for artifacts in (inputs, outputs)]
    executor(executor.Context()).Do(*lists, {})


def test_accuracies_and_matrix_are_in_the_metadata(evaluation: Any) -> None:
    metrics, confusion = scores.Metrics(), scores.ClassificationMetrics()
    _run(scores.Scores, {"evaluation": evaluation}, {"metrics": metrics, "confusion": confusion})
    assert metrics.get_float_custom_property("accuracy") == 0.9
    assert metrics.get_float_custom_property("accuracy of а") == 0.8
    assert metrics.get_float_custom_property("accuracy on striped paper") == 0.7
    assert metrics.get_float_custom_property("accuracy under the worst change") == 0.6
    matrix = confusion.get_json_value_custom_property("confusionMatrix")
    assert matrix["rows"][1]["row"][:3] == [0.0, 3.0, 0.0]
    assert [each["displayName"] for each in matrix["annotationSpecs"]] == list(LABELS)


def _blessing(blessed: int) -> Any:
    artifact = standard_artifacts.ModelBlessing()
    artifact.set_int_custom_property("blessed", blessed)
    return artifact


def test_gate_passes_a_blessed_model_and_tells_why_another_was_not(evaluation: Any) -> None:
    inputs = {"evaluation": evaluation, "pushed_model": standard_artifacts.PushedModel()}
    _run(scores.BlessingGate, {**inputs, "blessing": _blessing(1)}, {})
    with pytest.raises(UserError, match=r"not blessed: accuracy is 0\.9000, below 0\.97"):
        _run(scores.BlessingGate, {**inputs, "blessing": _blessing(0)}, {})


def test_metadata_are_read_as_numbers_and_texts_however_kubeflow_gives_them() -> None:
    artifact = standard_artifacts.PushedModel()
    artifact.set_json_value_custom_property("pushed", 1.0)
    artifact.set_json_value_custom_property("pushed_destination", "/mnt/1")
    artifact.set_int_custom_property("dropped_records", 7)
    record = plain(artifact).custom_properties
    assert (record["pushed"].int_value, record["pushed_destination"].string_value) == (1, "/mnt/1")
    assert record["dropped_records"].int_value == 7
