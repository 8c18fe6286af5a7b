"""What the launcher hands to a step becomes what TFX's executor takes."""

from pathlib import Path
from typing import Any

import pytest
from tfx.utils import import_utils

from core.errors import UserError
from pipeline.kubeflow.artifact_types import class_path
from pipeline.kubeflow.executor_input import StepInput, adapt
from pipeline.kubeflow.executor_output import for_launcher, rewrite_output
from pipeline.kubeflow.step import make_output_folders

INPUTS_SPEC = {
    "artifacts": {
        "model": {"artifactType": {"schemaTitle": "tfx.Model"}},
        "baseline_model": {"artifactType": {"schemaTitle": "tfx.Model"}},
        "verdict": {"artifactType": {"schemaTitle": "letters.DataVerdict"}},
    }
}
OUTPUTS_SPEC = {
    "artifacts": {
        "evaluation": {"artifactType": {"schemaTitle": "tfx.ModelEvaluation"}},
        "page": {"artifactType": {"schemaTitle": "system.HTML"}},
    }
}


def _artifact(key: str, **more: Any) -> dict[str, Any]:
    return {"artifacts": [{"uri": f"minio://b/{key}", "type": {"instanceSchema": ""}, **more}]}


def _executor_input() -> dict[str, Any]:
    return {
        "inputs": {
            "parameterValues": {"epochs": 3.0},
            "artifacts": {"model": _artifact("model", name="17"), "verdict": _artifact("verdict")},
        },
        "outputs": {
            "artifacts": {
                "evaluation": _artifact("evaluation"),
                "page": _artifact("page"),
                "executor-logs": _artifact("executor-logs"),
            },
            "outputFile": "/minio/b/output_metadata.json",
        },
    }


@pytest.fixture
def adapted() -> StepInput:
    return adapt(_executor_input(), INPUTS_SPEC, OUTPUTS_SPEC)


def test_outputs_that_no_component_declared_are_dropped(adapted: StepInput) -> None:
    assert set(adapted.executor_input["outputs"]["artifacts"]) == {"evaluation", "page"}


def test_types_come_from_the_definitions_and_can_be_imported(adapted: StepInput) -> None:
    inputs = adapted.executor_input["inputs"]["artifacts"]
    assert inputs["model"]["artifacts"][0]["type"] == {"schemaTitle": "tfx.Model"}
    assert inputs["verdict"]["artifacts"][0]["type"] == {"schemaTitle": "components.data_check.component.DataVerdict"}


def test_types_that_the_launcher_claims_do_not_matter() -> None:
    claimed = _executor_input()
    claimed["inputs"]["artifacts"]["model"]["artifacts"][0]["type"] = {"schemaTitle": "system.Artifact"}
    inputs = adapt(claimed, INPUTS_SPEC, OUTPUTS_SPEC).executor_input["inputs"]
    assert inputs["artifacts"]["model"]["artifacts"][0]["type"] == {"schemaTitle": "tfx.Model"}


def test_uris_become_paths_and_can_be_turned_back(adapted: StepInput) -> None:
    assert adapted.executor_input["inputs"]["artifacts"]["model"]["artifacts"][0]["uri"] == "/minio/b/model"
    assert adapted.uris["/minio/b/evaluation"] == "minio://b/evaluation"


def test_every_artifact_has_a_name_of_its_own(adapted: StepInput) -> None:
    lists = [
        *adapted.executor_input["inputs"]["artifacts"].values(),
        *adapted.executor_input["outputs"]["artifacts"].values(),
    ]
    names = [each["artifacts"][0]["name"] for each in lists]
    assert "17" in names
    assert len(set(names)) == len(names)


def test_input_that_says_it_is_absent_is_left_out() -> None:
    told = _executor_input()
    told["inputs"]["artifacts"]["baseline_model"] = _artifact("baseline", metadata={"absent": 1.0})
    assert "baseline_model" not in adapt(told, INPUTS_SPEC, OUTPUTS_SPEC).executor_input["inputs"]["artifacts"]
    told["inputs"]["artifacts"]["baseline_model"] = _artifact("baseline", metadata={})
    assert "baseline_model" in adapt(told, INPUTS_SPEC, OUTPUTS_SPEC).executor_input["inputs"]["artifacts"]


def test_step_without_inputs_is_adapted() -> None:
    bare = {"outputs": {"outputFile": "/tmp/kfp_outputs/output_metadata.json"}}
    assert adapt(bare, {}, {}).parameters == {}


def test_artifact_in_a_place_that_is_not_brought_is_told() -> None:
    wrong = _executor_input()
    wrong["inputs"]["artifacts"]["model"]["artifacts"][0]["uri"] = "hdfs://n/model"
    with pytest.raises(UserError, match="hdfs://n/model"):
        adapt(wrong, INPUTS_SPEC, OUTPUTS_SPEC)


def test_changes_leave_the_input_as_it_was(adapted: StepInput) -> None:
    changed = adapted.with_parameters({"epochs": 4}).with_metadata("evaluation", {"span": 0})
    assert changed.parameters == {"epochs": 4}
    assert changed.executor_input["outputs"]["artifacts"]["evaluation"]["artifacts"][0]["metadata"] == {"span": 0}
    assert adapted.parameters == {"epochs": 3.0}
    assert "metadata" not in adapted.executor_input["outputs"]["artifacts"]["evaluation"]["artifacts"][0]


def test_folders_are_made_for_outputs_and_around_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KFP_LAUNCHER_ROOT", str(tmp_path))
    make_output_folders(adapt(_executor_input(), INPUTS_SPEC, OUTPUTS_SPEC))
    assert (tmp_path / "minio" / "b" / "evaluation").is_dir()
    assert not (tmp_path / "minio" / "b" / "page").exists()


def test_types_of_ours_lead_to_classes_of_that_type() -> None:
    for title in ("letters.DataVerdict", "letters.ModelInspection", "system.HTML", "system.Metrics"):
        assert title == import_utils.import_class_by_path(class_path(title)).TYPE_NAME
    assert class_path("tfx.Metrics") == "tfx.Metrics"


def test_output_has_uris_no_nulls_and_no_names(tmp_path: Path) -> None:
    artifact = {"name": "x", "uri": "/minio/b/m", "metadata": {"of": "/minio/b/m/1", "nothing": None, "blessed": 1.0}}
    output = {"artifacts": {"blessing": {"artifacts": [artifact]}}}
    told = {"uri": "minio://b/m", "metadata": {"of": "minio://b/m/1", "blessed": 1.0}}
    expected = {"artifacts": {"blessing": {"artifacts": [told]}}}
    assert for_launcher(output, {"/minio/b/m": "minio://b/m"}) == expected
    (tmp_path / "output.json").write_text('{"parameterValues": {"n": 1}}')
    rewrite_output(tmp_path / "output.json", {})
    assert (tmp_path / "output.json").read_text() == '{"parameterValues": {"n": 1}, "artifacts": {}}'
