"""A step's properties follow the parameters of its run, by the same function that was compiled."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.example_gen.driver import config_of
from core.errors import UserError
from pipeline.kubeflow.compile import kebab_case
from pipeline.kubeflow.launcher import Json, adapted
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.step import settle
from tests.pipeline.kubeflow.small_package import compiled_small
from tests.tiny_run import tiny_config


@pytest.fixture(scope="module")
def package() -> Package:
    return compiled_small()


def _compiled(package: Package, step: str, **given: Any) -> Json:
    """Returns what Kubeflow hands to a step, with some parameters of the run given."""
    defaults = package.pipeline["root"]["inputDefinitions"]["parameters"]
    values = {}
    for key, source in package.pipeline["root"]["dag"]["tasks"][step]["inputs"]["parameters"].items():
        name = source.get("componentInputParameter")
        values[key] = given.get(name, defaults[name]["defaultValue"]) if name else source["runtimeValue"]["constant"]
    component = package.pipeline["components"][f"comp-{kebab_case(step)}"]
    artifacts = {
        key: {"artifacts": [{"uri": f"minio://b/{key}"}]}
        for key in component.get("outputDefinitions", {}).get("artifacts", {})
    }
    told = {"inputs": {"parameterValues": values}, "outputs": {"artifacts": artifacts, "outputFile": "/x"}}
    return adapted(told, {}, dict.fromkeys(artifacts, "tfx.Examples"))[0]


def _settled(package: Package, step: str, scratch: Path, **given: Any) -> Json:
    """Returns the properties of a step, as its run makes them."""
    step_input = _compiled(package, step, **given)
    settle(step, step_input, scratch)
    values: Json = step_input["inputs"]["parameterValues"]
    return values


def test_run_without_choices_has_the_compiled_properties(package: Package, tmp_path: Path) -> None:
    found = _settled(package, "Trainer", tmp_path)
    assert json.loads(found["custom_config"])["train"] == tiny_config().train.model_dump(mode="json")
    assert "train_epochs" not in found
    assert "compiled_config" not in found


def test_trainer_gets_the_epochs_of_the_run(package: Package, tmp_path: Path) -> None:
    found = _settled(package, "Trainer", tmp_path, train_epochs=7.0, training_state="/mnt/other")
    config = json.loads(found["custom_config"])
    assert config["train"]["epochs"] == 7
    assert config["state_root"] == "/mnt/other"


def test_evaluator_gets_the_bound_of_the_run(package: Package, tmp_path: Path) -> None:
    found = _settled(package, "Evaluator", tmp_path, evaluation_min_accuracy=0.625)
    assert '"lowerBound": 0.625' in found["eval_config"].replace("lower_bound", "lowerBound")


def test_pusher_and_baseline_get_the_folder_of_the_run(package: Package, tmp_path: Path) -> None:
    pusher = _settled(package, "Pusher", tmp_path, serving="s3://letters/serving_model")
    assert "s3://letters/serving_model" in pusher["push_destination"]
    assert _settled(package, "Baseline", tmp_path, serving="/mnt/other")["serving"] == "/mnt/other"


def test_page_tells_the_settings_of_the_run(package: Package, tmp_path: Path) -> None:
    found = _settled(package, "RunPage", tmp_path, train_seed=5.0, data="/mnt/other")
    assert json.loads(found["config"])["train"]["seed"] == 5
    assert found["data"] == "/mnt/other"


def test_example_gen_is_driven_before_it_runs(package: Package, letters_folder: Path, tmp_path: Path) -> None:
    driven = _compiled(package, "LetterExampleGen", data=str(letters_folder), data_on_bad_record="skip")
    settle("LetterExampleGen", driven, tmp_path)
    found = driven["inputs"]["parameterValues"]
    (examples,) = driven["outputs"]["artifacts"]["examples"]["artifacts"]
    assert len(examples["metadata"]["input_fingerprint"]) == 64
    assert found["input_fingerprint"] == examples["metadata"]["input_fingerprint"]
    assert found["input_base"] == str(letters_folder)
    assert config_of(found).data.on_bad_record == "skip"


def test_missing_data_are_told(package: Package, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="none"):
        _settled(package, "LetterExampleGen", tmp_path, data=str(tmp_path / "none"))


def test_step_that_no_parameter_reaches_keeps_its_properties(package: Package, tmp_path: Path) -> None:
    compiled = _compiled(package, "Transform")["inputs"]["parameterValues"]
    assert _settled(package, "Transform", tmp_path) == compiled
