"""What the launcher hands to a step becomes what TFX's executor takes, and what that gives, what the launcher takes."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import UserError
from pipeline.kubeflow.launcher import Json, adapted, local_path, make_output_folders, rewrite_output

_VERDICT = "components.data_check.component.DataVerdict"
INPUT_TYPES = {"model": "tfx.Model", "baseline_model": "tfx.Model", "verdict": _VERDICT}
OUTPUT_TYPES = {"evaluation": "tfx.ModelEvaluation", "page": "pipeline.kubeflow.pages.HTML"}


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
def step_input() -> Json:
    return _adapted(_executor_input())


def _adapted(executor_input: Json) -> Json:
    return adapted(executor_input, INPUT_TYPES, OUTPUT_TYPES)[0]


def _input(step_input: Json, key: str) -> Json:
    artifact: Json = step_input["inputs"]["artifacts"][key]["artifacts"][0]
    return artifact


def test_outputs_that_no_component_declared_are_dropped(step_input: Json) -> None:
    assert set(step_input["outputs"]["artifacts"]) == {"evaluation", "page"}


def test_types_come_from_the_component(step_input: Json) -> None:
    assert _input(step_input, "model")["type"] == {"schemaTitle": "tfx.Model"}
    assert _input(step_input, "verdict")["type"] == {"schemaTitle": _VERDICT}


def test_types_that_the_launcher_claims_do_not_matter() -> None:
    claimed = _executor_input()
    claimed["inputs"]["artifacts"]["model"]["artifacts"][0]["type"] = {"schemaTitle": "system.Artifact"}
    assert _input(_adapted(claimed), "model")["type"] == {"schemaTitle": "tfx.Model"}


def test_uris_become_paths_and_can_be_turned_back() -> None:
    step_input, uris = adapted(_executor_input(), INPUT_TYPES, OUTPUT_TYPES)
    assert _input(step_input, "model")["uri"] == "/minio/b/model"
    assert uris["/minio/b/evaluation"] == "minio://b/evaluation"


def test_path_that_the_launcher_names_itself_is_where_the_step_looks() -> None:
    told = _executor_input()
    told["inputs"]["artifacts"]["model"] = _artifact("model", customPath="/elsewhere")
    step_input, uris = adapted(told, INPUT_TYPES, OUTPUT_TYPES)
    assert _input(step_input, "model")["uri"] == "/elsewhere"
    assert uris["/elsewhere"] == "minio://b/model"


def test_every_artifact_has_a_name_of_its_own(step_input: Json) -> None:
    lists = [*step_input["inputs"]["artifacts"].values(), *step_input["outputs"]["artifacts"].values()]
    names = [each["artifacts"][0]["name"] for each in lists]
    assert "17" in names
    assert len(set(names)) == len(names)


def test_input_that_says_it_is_absent_is_left_out() -> None:
    told = _executor_input()
    told["inputs"]["artifacts"]["baseline_model"] = _artifact("baseline", metadata={"absent": 1.0})
    assert "baseline_model" not in _adapted(told)["inputs"]["artifacts"]
    told["inputs"]["artifacts"]["baseline_model"] = _artifact("baseline", metadata={})
    assert "baseline_model" in _adapted(told)["inputs"]["artifacts"]


def test_step_without_inputs_is_adapted() -> None:
    bare = {"outputs": {"outputFile": "/tmp/kfp_outputs/output_metadata.json"}}
    assert adapted(bare, {}, {})[0]["inputs"]["parameterValues"] == {}


def test_what_the_launcher_told_is_left_as_it_was() -> None:
    told = _executor_input()
    before = copy.deepcopy(told)
    _adapted(told)
    assert told == before


def test_folders_are_made_for_outputs_and_around_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KFP_LAUNCHER_ROOT", str(tmp_path))
    make_output_folders(_adapted(_executor_input()))
    assert (tmp_path / "minio" / "b" / "evaluation").is_dir()
    assert not (tmp_path / "minio" / "b" / "page").exists()


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("gs://b/k/x", "/gcs/b/k/x"),
        ("s3://b/k/x", "/s3/b/k/x"),
        ("minio://mlpipeline/v2/x", "/minio/mlpipeline/v2/x"),
        ("oci://r/i:1", "/oci/r/i:1"),
        ("/already/local", "/already/local"),
    ],
)
def test_store_is_a_folder_of_the_pod(uri: str, path: str) -> None:
    assert local_path({"uri": uri}) == path


@pytest.mark.parametrize("uri", ["hdfs://n/k", "file:///x", "relative/x", "", "s3://"])
def test_place_that_the_launcher_does_not_bring_is_told(uri: str) -> None:
    wrong = _executor_input()
    wrong["inputs"]["artifacts"]["model"]["artifacts"][0]["uri"] = uri
    with pytest.raises(UserError, match=f"artifact URI {uri or '.none.'}: .*pipeline-root"):
        _adapted(wrong)


def _rewritten(tmp_path: Path, *, kind: str = "tfx.ModelBlessing", **artifact: Any) -> Json:
    """Returns what the launcher is told of an artifact."""
    uris = {"/minio/b/model": "minio://b/model", "/minio/b/model_run": "minio://b/model_run"}
    path = tmp_path / "output.json"
    path.write_text(json.dumps({"artifacts": {"blessing": {"artifacts": [artifact]}}}), encoding="utf-8")
    rewrite_output(path, uris, {"blessing": kind})
    told: Json = json.loads(path.read_text(encoding="utf-8"))["artifacts"]["blessing"]["artifacts"][0]
    return told


def test_output_has_no_nulls_and_no_names(tmp_path: Path) -> None:
    told = _rewritten(tmp_path, name="x", uri="/minio/b/model", metadata={"nothing": None, "blessed": 1.0})
    assert told == {"uri": "minio://b/model", "metadata": {"blessed": 1.0}}


def test_version_of_tfx_is_none_of_the_figures_that_the_ui_shows(tmp_path: Path) -> None:
    metadata = {"accuracy": 0.9, "tfx_version": "1.16.0"}
    assert _rewritten(tmp_path, uri="/minio/b/model", metadata=metadata)["metadata"] == metadata
    figures = _rewritten(tmp_path, kind="pipeline.kubeflow.scores.Metrics", uri="/minio/b/model", metadata=metadata)
    assert figures["metadata"] == {"accuracy": 0.9}


def test_paths_become_uris_wherever_they_stand(tmp_path: Path) -> None:
    metadata = {"of": ["/minio/b/model/Format-Serving", 3], "run": "/minio/b/model_run/logs"}
    told = _rewritten(tmp_path, uri="/minio/b/model", metadata=metadata)
    assert told["uri"] == "minio://b/model"
    assert told["metadata"] == {"of": ["minio://b/model/Format-Serving", 3], "run": "minio://b/model_run/logs"}


def test_other_paths_and_texts_are_left_alone(tmp_path: Path) -> None:
    metadata = {"other": "/minio/b/models", "text": "see /minio/b/model"}
    assert _rewritten(tmp_path, uri="/minio/b/model", metadata=metadata)["metadata"] == metadata


def test_output_without_artifacts_is_written_too(tmp_path: Path) -> None:
    (tmp_path / "output.json").write_text('{"parameterValues": {"n": 1}}')
    rewrite_output(tmp_path / "output.json", {}, {})
    assert (tmp_path / "output.json").read_text() == '{"parameterValues": {"n": 1}, "artifacts": {}}'
