"""The compiled pipeline: the same graph, what Kubeflow takes, and the same bytes every time."""

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tfx.utils import import_utils

from core.project import ROOT
from pipeline.kubeflow.artifact_types import class_path
from pipeline.kubeflow.command_line import kubeflow_main
from pipeline.kubeflow.compile import SCHEMA_IN_IMAGE
from pipeline.kubeflow.lint import problems
from pipeline.kubeflow.package import Package, read_documents, write_package
from pipeline.kubeflow.rewrite import kebab_case
from tests.pipeline.kubeflow.small_package import VOLUME, compiled_small


@pytest.fixture(scope="module")
def package() -> Package:
    return compiled_small()


def _component(package: Package, task: str) -> dict[str, Any]:
    component: dict[str, Any] = package.pipeline["components"][f"comp-{kebab_case(task)}"]
    return component


def _container(package: Package, task: str) -> dict[str, Any]:
    container: dict[str, Any] = package.pipeline["deploymentSpec"]["executors"][f"exec-{kebab_case(task)}"]["container"]
    return container


def test_nothing_of_it_would_be_refused(package: Package) -> None:
    documents = [package.pipeline, package.platform]
    assert problems(documents, len(package.text().encode())) == []


def test_graph_is_the_local_one_and_what_kubeflow_needs_besides(package: Package) -> None:
    tasks = set(package.pipeline["root"]["dag"]["tasks"])
    local = "LetterExampleGen StatisticsGen SchemaGen CuratedSchema ExampleValidator DataCheck DataOverview DataGate"
    local += " Transform Trainer Inspector Baseline Evaluator Pusher"
    assert tasks == {*local.split(), "DataPage", "RunPage", "Scores", "BlessingGate"}


def test_same_settings_give_the_same_bytes_and_others_do_not(package: Package) -> None:
    assert compiled_small().text() == package.text()
    assert compiled_small("train.epochs=3").digest() != package.digest()


def test_file_is_what_the_clients_of_kubeflow_load(package: Package, tmp_path: Path) -> None:
    from kfp import components

    path = tmp_path / "pipeline.yaml"
    write_package(package, path)
    assert read_documents(path) == [package.pipeline, package.platform]
    assert components.load_component_from_file(str(path)).name == "russian-letters"


def test_no_anchors_are_in_the_file(package: Package) -> None:
    assert not [event for event in yaml.parse(package.text()) if getattr(event, "anchor", None)]


def test_every_type_can_be_imported_in_a_pod(package: Package) -> None:
    from tfx.orchestration.kubeflow.v2 import compiler_utils

    for component in package.pipeline["components"].values():
        for side in ("inputDefinitions", "outputDefinitions"):
            for definition in component.get(side, {}).get("artifacts", {}).values():
                title = class_path(definition["artifactType"]["schemaTitle"])
                assert import_utils.import_class_by_path(compiler_utils.TITLE_TO_CLASS_PATH.get(title, title))


def test_kubeflow_shows_page_figures_and_matrix(package: Package) -> None:
    def titles(task: str) -> dict[str, str]:
        outputs = _component(package, task)["outputDefinitions"]["artifacts"]
        return {key: each["artifactType"]["schemaTitle"] for key, each in outputs.items()}

    assert titles("RunPage") == titles("DataPage") == {"page": "system.HTML"}
    assert titles("Scores") == {"metrics": "system.Metrics", "confusion": "system.ClassificationMetrics"}


def test_run_chooses_its_parameters_and_has_defaults(package: Package) -> None:
    parameters = package.pipeline["root"]["inputDefinitions"]["parameters"]
    assert parameters["data"]["defaultValue"] == f"{VOLUME}/data"
    assert parameters["train_epochs"] == {
        "parameterType": "NUMBER_INTEGER",
        "defaultValue": 2,
        "description": "the setting train.epochs (components/settings.py)",
    }
    inputs = package.pipeline["root"]["dag"]["tasks"]["Trainer"]["inputs"]["parameters"]
    assert inputs["train_epochs"] == {"componentInputParameter": "train_epochs"}


def test_steps_run_our_entrypoint_with_their_definitions(package: Package) -> None:
    container = _container(package, "Trainer")
    version = importlib.metadata.version("tfx")
    assert container["command"] == ["python", "-m", "pipeline.kubeflow.entrypoint", "--tfx_version", version]
    arguments = container["args"]
    spec = json.loads(arguments[arguments.index("--json_serialized_outputs_spec_args") + 1])
    assert spec == _component(package, "Trainer")["outputDefinitions"]
    assert arguments[arguments.index("--step") + 1] == "Trainer"


def test_description_names_the_tfx_that_steps_ask_for(package: Package) -> None:
    description = package.pipeline["pipelineInfo"]["description"]
    assert description.endswith(f", TFX {importlib.metadata.version('tfx')}.")


def test_schema_is_the_images(package: Package) -> None:
    parameters = package.pipeline["root"]["dag"]["tasks"]["CuratedSchema"]["inputs"]["parameters"]
    assert parameters["schema_file"]["runtimeValue"]["constant"] == SCHEMA_IN_IMAGE
    assert (ROOT / SCHEMA_IN_IMAGE).is_file()


def test_gates_hold_up_what_comes_after(package: Package) -> None:
    tasks = package.pipeline["root"]["dag"]["tasks"]
    assert "DataGate" in tasks["Transform"]["dependentTasks"]
    assert {"Pusher", "RunPage", "Scores"} <= set(tasks["BlessingGate"]["dependentTasks"])


def test_volume_and_secret_are_in_every_pod(package: Package) -> None:
    assert package.platform is not None
    executors = package.platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert set(executors) == set(package.pipeline["deploymentSpec"]["executors"])


def test_command_writes_the_file_and_names_its_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new" / "pipeline.yaml"
    flags = ["--image", "registry.example/letters:1", "--pvc", "letters:/mnt/letters", "--cpu", "Trainer=8"]
    assert kubeflow_main(["compile", *flags, "--output", str(path)]) == 0
    assert "18 steps" in capsys.readouterr().out
    executors = read_documents(path)[0]["deploymentSpec"]["executors"]
    assert executors["exec-trainer"]["container"]["resources"]["cpuLimit"] == 8.0
    assert kubeflow_main(["lint", str(path)]) == 0


def test_wrong_component_is_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pipeline.yaml"
    flags = ["--image", "letters:1", "--pvc", "letters:/mnt/letters", "--memory", "Teacher=8G", "--output", str(path)]
    assert kubeflow_main(["compile", *flags]) == 2
    assert "--memory Teacher=8G: no such component" in capsys.readouterr().err
    assert not path.exists()
