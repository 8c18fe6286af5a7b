"""A step's properties follow the parameters of its run, by the same function that was compiled."""

import json
from pathlib import Path
from typing import Any

import pytest
from tfx.utils import import_utils

from components.example_gen.driver import config_of
from core.errors import UserError
from core.files import as_place, folders_of
from pipeline.kubeflow import step
from pipeline.kubeflow.launcher import Json, adapted
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.parameters import in_full, settled
from pipeline.kubeflow.step import fetched, node_of, settle, types_of
from tests.pipeline.kubeflow.small_package import VOLUME, compiled_small
from tests.tiny_run import tiny_config


@pytest.fixture(scope="module")
def package() -> Package:
    return compiled_small()


def _settled(package: Package, step: str, **given: Any) -> Json:
    """Returns what TFX's executor gets of what Kubeflow hands to a step, with some parameters of the run given."""
    defaults = package.pipeline["root"]["inputDefinitions"]["parameters"]
    values = {}
    for key, source in package.pipeline["root"]["dag"]["tasks"][step]["inputs"]["parameters"].items():
        name = source.get("componentInputParameter")
        values[key] = given.get(name, defaults[name]["defaultValue"]) if name else source["runtimeValue"]["constant"]
    node = node_of(step, *settled(in_full(values["compiled_config"]), values))
    artifacts = {key: {"artifacts": [{"uri": f"minio://b/{key}"}]} for key in node.outputs}
    told = {"inputs": {"parameterValues": values}, "outputs": {"artifacts": artifacts, "outputFile": "/x"}}
    step_input, _ = adapted(told, {}, types_of(node.outputs))
    integers = settle(node, step_input)
    step_input["integers"] = integers
    return step_input


def _values(package: Package, step: str, **given: Any) -> Json:
    values: Json = _settled(package, step, **given)["inputs"]["parameterValues"]
    return values


def test_run_without_choices_has_the_compiled_properties(package: Package) -> None:
    found = _values(package, "Trainer")
    assert json.loads(found["custom_config"])["train"] == tiny_config().train.model_dump(mode="json")
    assert "train_epochs" not in found
    assert "compiled_config" not in found


def test_step_that_no_parameter_reaches_has_its_properties_too(package: Package) -> None:
    step_input = _settled(package, "Transform")
    assert step_input["inputs"]["parameterValues"]["preprocessing_fn"] == "components.transform.preprocessing_fn"
    assert step_input["integers"] == ["force_tf_compat_v1", "disable_statistics"]


def test_every_type_can_be_imported_in_a_pod(package: Package) -> None:
    for task in package.pipeline["root"]["dag"]["tasks"]:
        node = node_of(task, *settled(tiny_config(), {"data": f"{VOLUME}/data"}))
        for path in [*types_of(node.inputs).values(), *types_of(node.outputs).values()]:
            assert import_utils.import_class_by_path(path).TYPE_NAME


def test_trainer_gets_the_epochs_of_the_run(package: Package) -> None:
    found = _values(package, "Trainer", train_epochs=7.0, training_state="/mnt/other")
    config = json.loads(found["custom_config"])
    assert config["train"]["epochs"] == 7
    assert config["state_root"] == "/mnt/other"


def test_evaluator_gets_the_bound_of_the_run(package: Package) -> None:
    found = _values(package, "Evaluator", evaluation_min_accuracy=0.625)
    assert '"lowerBound": 0.625' in found["eval_config"].replace("lower_bound", "lowerBound")


def test_pusher_and_baseline_get_the_folder_of_the_run(package: Package) -> None:
    pusher = _values(package, "Pusher", serving="s3://letters/serving_model")
    assert "s3://letters/serving_model" in pusher["push_destination"]
    assert _values(package, "Baseline", serving="/mnt/other")["serving"] == "/mnt/other"


def test_page_tells_the_settings_of_the_run(package: Package) -> None:
    found = _values(package, "RunPage", train_seed=5.0, data="/mnt/other")
    assert json.loads(found["config"])["train"]["seed"] == 5
    assert found["data"] == "/mnt/other"


def test_example_gen_is_driven_before_it_runs(package: Package, letters_folder: Path) -> None:
    driven = _settled(package, "LetterExampleGen", data=str(letters_folder), data_on_bad_record="skip")
    found = driven["inputs"]["parameterValues"]
    (examples,) = driven["outputs"]["artifacts"]["examples"]["artifacts"]
    assert len(examples["metadata"]["input_fingerprint"]) == 64
    assert found["input_fingerprint"] == examples["metadata"]["input_fingerprint"]
    assert found["input_base"] == str(letters_folder)
    assert config_of(found).data.on_bad_record == "skip"


def test_data_folders_in_buckets_are_fetched_beside_each_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fetched_to: dict[str, Path] = {}
    monkeypatch.setattr(step, "fetch_folder", fetched_to.__setitem__)
    place = fetched(as_place(["gs://a/letters", "/mnt/more", "gs://b/letters"]), tmp_path)
    assert fetched_to == {"gs://a/letters": tmp_path / "a/letters", "gs://b/letters": tmp_path / "b/letters"}
    assert folders_of(place) == (f"{tmp_path}/a/letters", "/mnt/more", f"{tmp_path}/b/letters")
    assert fetched("/mnt/letters", tmp_path) == "/mnt/letters"


def test_missing_data_are_told(package: Package, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none"):
        _settled(package, "LetterExampleGen", data=str(tmp_path / "none"))
