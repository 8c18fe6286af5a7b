"""A step's properties follow the parameters of its run, by the same function that was compiled."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.example_gen.executor import settings_from
from core.errors import UserError
from pipeline.kubeflow.executor_input import StepInput, adapt
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.rewrite import kebab_case
from pipeline.kubeflow.step_settings import prepared
from tests.pipeline.kubeflow.small_package import compiled_small


@pytest.fixture(scope="module")
def package() -> Package:
    return compiled_small()


def _compiled(package: Package, step: str, **given: Any) -> StepInput:
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
    return adapt(told, {}, component.get("outputDefinitions", {}))


def test_run_without_choices_has_the_compiled_properties(package: Package, tmp_path: Path) -> None:
    compiled = _compiled(package, "Trainer")
    found = prepared("Trainer", compiled, tmp_path).parameters
    assert json.loads(found["custom_config"]) == json.loads(compiled.parameters["custom_config"])
    assert "train_epochs" not in found
    assert "compiled_config" not in found


def test_trainer_gets_the_epochs_of_the_run(package: Package, tmp_path: Path) -> None:
    given = _compiled(package, "Trainer", train_epochs=7.0, training_state="/mnt/other")
    config = json.loads(prepared("Trainer", given, tmp_path).parameters["custom_config"])
    assert config["train"]["epochs"] == 7
    assert config["state_root"] == "/mnt/other"


def test_evaluator_gets_the_bound_of_the_run(package: Package, tmp_path: Path) -> None:
    given = _compiled(package, "Evaluator", evaluation_min_accuracy=0.625)
    assert '"lowerBound": 0.625' in prepared("Evaluator", given, tmp_path).parameters["eval_config"].replace(
        "lower_bound", "lowerBound"
    )


def test_pusher_and_baseline_get_the_folder_of_the_run(package: Package, tmp_path: Path) -> None:
    given = _compiled(package, "Pusher", serving="s3://letters/serving_model")
    assert "s3://letters/serving_model" in prepared("Pusher", given, tmp_path).parameters["push_destination"]
    given = _compiled(package, "Baseline", serving="/mnt/other")
    assert prepared("Baseline", given, tmp_path).parameters["serving"] == "/mnt/other"


def test_page_tells_the_settings_of_the_run(package: Package, tmp_path: Path) -> None:
    given = _compiled(package, "RunPage", train_seed=5.0, data="/mnt/other")
    found = prepared("RunPage", given, tmp_path).parameters
    assert json.loads(found["config"])["train"]["seed"] == 5
    assert found["data"] == "/mnt/other"


def test_example_gen_is_driven_before_it_runs(package: Package, letters_folder: Path, tmp_path: Path) -> None:
    given = _compiled(package, "LetterExampleGen", data=str(letters_folder), data_on_bad_record="skip")
    driven = prepared("LetterExampleGen", given, tmp_path)
    (examples,) = driven.executor_input["outputs"]["artifacts"]["examples"]["artifacts"]
    assert len(examples["metadata"]["input_fingerprint"]) == 64
    assert driven.parameters["input_fingerprint"] == examples["metadata"]["input_fingerprint"]
    assert driven.parameters["input_base"] == str(letters_folder)
    assert settings_from(driven.parameters).on_bad_record == "skip"


def test_missing_data_are_told(package: Package, tmp_path: Path) -> None:
    given = _compiled(package, "LetterExampleGen", data=str(tmp_path / "none"))
    with pytest.raises(UserError, match="none"):
        prepared("LetterExampleGen", given, tmp_path)


def test_step_that_no_parameter_reaches_keeps_its_properties(package: Package, tmp_path: Path) -> None:
    given = _compiled(package, "Transform")
    assert prepared("Transform", given, tmp_path) is given
