"""The data check and its gate on statistics and anomalies that TFDV really made."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2
from tfx.types import artifact_utils, standard_artifacts

from components.data_check.component import DataCheck, DataGate, DataVerdict
from components.data_check.statistics import anomaly_lines
from components.data_check.verdict import VERDICT_FILE
from core.errors import DataCheckError, UserError
from core.features import BACKGROUND, BACKGROUNDS, LETTER, SPLITS
from schema.curated import CURATED_SCHEMA, read_labels, read_schema

LABELS = read_labels()
# Letter and paper only; the schema demands more, so its other features are left out below.
EVEN = pd.DataFrame([{LETTER: letter, BACKGROUND: paper} for letter in LABELS for paper in range(4)])


def schema() -> schema_pb2.Schema:
    full = read_schema()
    kept = [feature for feature in full.feature if feature.name in (LETTER, BACKGROUND)]
    return schema_pb2.Schema(feature=kept, string_domain=full.string_domain)


def write(artifact: Any, folder: Path, file: str, contents: Mapping[str, bytes]) -> Any:
    artifact.uri = str(folder)
    artifact.split_names = artifact_utils.encode_split_names(list(contents))
    for split, content in contents.items():
        path = folder / f"Split-{split}" / file
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return artifact


def run(component: type, inputs: dict[str, Any], outputs: dict[str, Any], **properties: Any) -> None:
    executor = component.EXECUTOR_SPEC.executor_class
    lists = [{name: [artifact] for name, artifact in group.items()} for group in (inputs, outputs)]
    executor(executor.Context()).Do(*lists, {"code_digest": "", **properties})


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., tuple[Any, dict]]:
    """Runs the check on one table for each split; gives its artifact and the verdict in it."""

    def run_check(max_class_ratio: float = 1.25, **changes: pd.DataFrame) -> tuple[Any, dict]:
        options = tfdv.StatsOptions(schema=schema())
        tables = {split: changes.get(split, EVEN).reset_index(drop=True) for split in SPLITS}
        stats = {s: tfdv.generate_statistics_from_dataframe(t, options, n_jobs=1) for s, t in tables.items()}
        anomalies = {split: tfdv.validate_statistics(s, schema()) for split, s in stats.items()}
        inputs = {
            "statistics": write(
                standard_artifacts.ExampleStatistics(),
                tmp_path / "statistics",
                "FeatureStats.pb",
                {split: s.SerializeToString() for split, s in stats.items()},
            ),
            "anomalies": write(
                standard_artifacts.ExampleAnomalies(),
                tmp_path / "anomalies",
                "SchemaDiff.pb",
                {split: a.SerializeToString() for split, a in anomalies.items()},
            ),
        }
        inputs["schema"] = standard_artifacts.Schema()
        inputs["schema"].uri = str(CURATED_SCHEMA.parent)
        verdict = DataVerdict()
        verdict.uri = str(tmp_path / "verdict")
        run(DataCheck, inputs, {"verdict": verdict}, max_class_ratio=max_class_ratio)
        return verdict, json.loads((tmp_path / "verdict" / VERDICT_FILE).read_text(encoding="utf-8"))

    return run_check


def test_good_data_pass_the_check_and_the_gate(check: Callable) -> None:
    artifact, verdict = check()
    assert verdict["problems"] == []
    assert verdict["per_split"] == dict.fromkeys(SPLITS, 132)
    assert verdict["per_letter"] == dict.fromkeys(LABELS, 12)
    assert verdict["per_background"] == dict.fromkeys(BACKGROUNDS, 99)
    run(DataGate, {"verdict": artifact}, {})


def test_bad_data_pass_the_check_and_stop_at_the_gate(check: Callable) -> None:
    artifact, verdict = check(
        test=EVEN[EVEN[LETTER] != "ъ"],
        train=pd.concat([EVEN, EVEN[EVEN[LETTER] == "щ"]]),
    )
    assert not verdict["passed"]
    with pytest.raises(DataCheckError) as caught:
        run(DataGate, {"verdict": artifact}, {})
    assert str(caught.value) == (
        "the data check failed: split test has no photo of ъ; add photos of them "
        "(of other writers, where data.split_by=writer); "
        "unbalanced: 16 photos of щ but 8 of ъ, over data.max_class_ratio=1.25; add photos or raise it"
    )
    assert isinstance(caught.value, UserError)


def test_largest_ratio_is_the_component_s_parameter(check: Callable) -> None:
    _, verdict = check(max_class_ratio=2.0, train=pd.concat([EVEN, EVEN[EVEN[LETTER] == "щ"]]))
    assert verdict["passed"]


def test_letter_outside_the_schema_is_an_anomaly_that_names_split_and_feature(check: Callable) -> None:
    latin = pd.concat([EVEN, pd.DataFrame([{LETTER: "a", BACKGROUND: 0}])])
    artifact, verdict = check(eval=latin)
    (problem,) = verdict["problems"]
    assert problem.startswith("split eval: letter: ")
    with pytest.raises(DataCheckError, match=r"^the data check failed: split eval: letter: "):
        run(DataGate, {"verdict": artifact}, {})


def test_every_anomaly_is_a_line_and_no_data_is_one_too() -> None:
    anomalies = anomalies_pb2.Anomalies(data_missing=True)
    for feature, reasons in {"width": [("Out of range", "too large")], "label": [("A", "b"), ("C", "")]}.items():
        for short, long in reasons:
            anomalies.anomaly_info[feature].reason.add(short_description=short, description=long)
    assert anomaly_lines("eval", anomalies) == [
        "split eval: label: A: b",
        "split eval: label: C",
        "split eval: width: Out of range: too large",
        "split eval has no photos at all",
    ]
    assert anomaly_lines("eval", anomalies_pb2.Anomalies()) == []
