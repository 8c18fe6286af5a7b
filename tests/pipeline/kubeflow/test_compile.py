"""The compiled pipeline: the same graph, what Kubeflow takes, and the same bytes every time."""

import importlib.metadata
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import UserError
from core.project import ROOT
from pipeline.kubeflow import compile as compiling
from pipeline.kubeflow.command_line import kubeflow_main
from pipeline.kubeflow.compile import kebab_case
from pipeline.kubeflow.package import Package, read_package, write_package
from pipeline.kubeflow.step import node_of
from pipeline.places import Places
from tests.pipeline.kubeflow.fake_api_server import FakeApiServer
from tests.pipeline.kubeflow.small_package import VOLUME, compiled_small
from tests.tiny_run import tiny_config


@pytest.fixture(scope="module")
def package() -> Package:
    return compiled_small()


def _component(package: Package, task: str) -> dict[str, Any]:
    component: dict[str, Any] = package.pipeline["components"][f"comp-{kebab_case(task)}"]
    return component


def _container(package: Package, task: str) -> dict[str, Any]:
    container: dict[str, Any] = package.pipeline["deploymentSpec"]["executors"][f"exec-{kebab_case(task)}"]["container"]
    return container


def test_it_has_the_form_that_kubeflow_takes(package: Package) -> None:
    spec = package.pipeline
    assert spec["schemaVersion"] == "2.1.0"
    assert all(re.fullmatch("[a-zA-Z0-9][-a-zA-Z0-9]*", task) for task in spec["root"]["dag"]["tasks"])
    assert all("defaultValue" in each for each in spec["root"]["inputDefinitions"]["parameters"].values())


def test_every_step_is_a_container_with_an_image_and_limits(package: Package) -> None:
    for executor in package.pipeline["deploymentSpec"]["executors"].values():
        assert set(executor) == {"container"}
        assert set(executor["container"]) == {"image", "command", "args", "resources"}
        assert set(executor["container"]["resources"]) == {"cpuLimit", "memoryLimit"}


def test_nothing_is_answered_from_kubeflows_cache_which_does_not_see_the_data(package: Package) -> None:
    tasks = package.pipeline["root"]["dag"]["tasks"].values()
    assert not [task for task in tasks if task.get("cachingOptions", {}).get("enableCache")]


def test_no_path_of_this_machine_is_in_it(package: Package) -> None:
    for folder in {str(ROOT), sys.prefix, tempfile.gettempdir()} - {"/"}:
        assert not re.search(rf"(?<![\w./-]){re.escape(folder)}(?![\w.-])", package.text())


def test_pipeline_that_does_not_fit_into_an_object_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MAX_BYTES", 20_000)
    with pytest.raises(UserError, match="bytes, of which Kubeflow keeps at most 20,000"):
        compiled_small()


def test_same_settings_give_the_same_bytes_and_others_do_not(package: Package) -> None:
    assert compiled_small().text() == package.text()
    assert compiled_small("train.epochs=3").digest() != package.digest()


def test_file_is_what_the_clients_of_kubeflow_load(package: Package, tmp_path: Path) -> None:
    from kfp import components

    path = tmp_path / "pipeline.yaml"
    write_package(package, path)
    assert read_package(path) == package
    assert components.load_component_from_file(str(path)).name == "russian-letters"


def test_no_anchors_are_in_the_file(package: Package) -> None:
    assert not [event for event in yaml.parse(package.text()) if getattr(event, "anchor", None)]


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
    assert container["args"] == ["--step", "Trainer", "--executor_input", "{{$}}"]


def test_step_is_given_what_the_run_chose_and_the_configuration_in_few_words(package: Package) -> None:
    for task, node in package.pipeline["root"]["dag"]["tasks"].items():
        given = node["inputs"]["parameters"]
        assert [name for name, source in given.items() if "runtimeValue" in source] == ["compiled_config"]
        # Argo keeps it six times, and each quotation mark in it as 8 bytes.
        words = given["compiled_config"]["runtimeValue"]["constant"]
        assert len(words) < 400
        assert '"' not in words
        assert given.keys() == _component(package, task)["inputDefinitions"]["parameters"].keys()


def test_description_names_the_tfx_that_steps_ask_for(package: Package) -> None:
    description = package.pipeline["pipelineInfo"]["description"]
    assert description.endswith(f", TFX {importlib.metadata.version('tfx')}.")


def test_schema_is_the_images() -> None:
    schema = node_of("CuratedSchema", tiny_config(), Places("", "", "", "", ""))
    assert schema.exec_properties["schema_file"] == compiling.SCHEMA_IN_IMAGE
    assert (ROOT / compiling.SCHEMA_IN_IMAGE).is_file()


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
    executors = read_package(path).pipeline["deploymentSpec"]["executors"]
    assert executors["exec-trainer"]["container"]["resources"]["cpuLimit"] == 8.0


@pytest.mark.parametrize(
    ("command", "made"), [(["submit"], "runs"), (["schedule", "--cron", "0 3 * * *"], "recurringruns")]
)
def test_without_a_file_what_compile_would_write_is_submitted(
    server: FakeApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], made: str
) -> None:
    flags = ["--image", "registry.example/letters:1", "--data", "s3://b/data", "--serving", "s3://b/models"]
    job = ["--host", server.host, "--param", "train_epochs=7"]
    assert kubeflow_main([*command, *flags, "--set", "train.seed=5", *job]) == 0
    (run,) = server.kept[made].values()
    assert run["runtime_config"]["parameters"] == {"train_epochs": 7}
    path = tmp_path / "pipeline.yaml"
    assert kubeflow_main(["compile", *flags, "--set", "train.seed=5", "--output", str(path)]) == 0
    assert path.read_bytes() in server.uploads[-1]
    (version,) = {each["display_name"] for each in server.kept["versions"].values()} - {"russian-letters"}
    assert capsys.readouterr().out.endswith(f"version {version}\n")


def test_wrong_component_is_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pipeline.yaml"
    flags = ["--image", "letters:1", "--pvc", "letters:/mnt/letters", "--memory", "Teacher=8G", "--output", str(path)]
    assert kubeflow_main(["compile", *flags]) == 2
    assert "--memory Teacher=8G: no such component" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize("place", ["s3://letters/training", "gs://letters/training"])
def test_training_state_in_a_bucket_is_refused(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "pipeline.yaml"
    flags = ["--image", "letters:1", "--pvc", "letters:/mnt/letters", "--training-state", place, "--output", str(path)]
    assert kubeflow_main(["compile", *flags]) == 2
    assert capsys.readouterr().err.startswith("training_state: cannot be in a bucket")
    assert not path.exists()
