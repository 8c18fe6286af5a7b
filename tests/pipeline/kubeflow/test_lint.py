"""The linter: finds nothing in a good pipeline, and each of its rules finds what it is for."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.kubeflow.lint import problems
from pipeline.kubeflow.lint_rules import MAX_BYTES, machine_paths
from tests.pipeline.kubeflow.small_spec import good_spec

Spec = dict[str, Any]


def _tasks(spec: Spec) -> Spec:
    tasks: Spec = spec["root"]["dag"]["tasks"]
    return tasks


def _container(spec: Spec) -> Spec:
    container: Spec = spec["deploymentSpec"]["executors"]["exec-train"]["container"]
    return container


def _resolver(spec: Spec) -> None:
    spec["deploymentSpec"]["executors"]["exec-train"] = {"resolver": {"outputArtifactQueries": {}}}


def _importer(spec: Spec) -> None:
    uri = {"artifactUri": {"constant": "/data/schema"}, "typeSchema": {"schemaTitle": "tfx.Schema"}}
    spec["deploymentSpec"]["executors"]["exec-train"] = {"importer": uri}


def _renamed(spec: Spec) -> None:
    _tasks(spec)["latest_model"] = _tasks(spec).pop("Train")


def _secret_variable(spec: Spec) -> None:
    _container(spec)["env"] = [{"name": "AWS_SECRET_ACCESS_KEY", "value": "hunter2"}]


def _secret_parameter(spec: Spec) -> None:
    secret = {"parameterType": "STRING", "defaultValue": "hunter2"}
    spec["root"]["inputDefinitions"]["parameters"]["token"] = secret


SPOILT: list[tuple[Callable[[Spec], Any], str]] = [
    (lambda s: s.update(schemaVersion="2.0.0"), "schemaVersion 2.0.0"),
    (lambda s: s.pop("components"), "components: missing"),
    (lambda s: s.update(runtimeConfig={}), "not a PipelineSpec"),
    (lambda s: s["pipelineInfo"].update(name="Russian_Letters"), "pipeline name 'Russian_Letters'"),
    (_renamed, "task 'latest_model': Argo"),
    (lambda s: _tasks(s)["Train"]["componentRef"].update(name="comp-other"), "component 'comp-other' is missing"),
    (lambda s: s["components"]["comp-train"].update(executorLabel="exec-other"), "executor 'exec-other' is missing"),
    (lambda s: _tasks(s)["Train"].update(dependentTasks=["Generate_task"]), "waits for 'Generate_task'"),
    (
        lambda s: _tasks(s)["Train"]["inputs"]["artifacts"]["examples"]["taskOutputArtifact"].update(
            producerTask="Generate_task"
        ),
        "waits for 'Generate_task'",
    ),
    (
        lambda s: s["components"]["comp-train"]["inputDefinitions"]["parameters"].update(epochs={"type": "INT"}),
        "epochs has no parameterType",
    ),
    (
        lambda s: _tasks(s)["Train"]["inputs"]["parameters"].update(
            epochs={"runtimeValue": {"constantValue": {"intValue": 3}}}
        ),
        "epochs is a constantValue",
    ),
    (
        lambda s: s["root"]["inputDefinitions"]["parameters"]["data"].pop("defaultValue"),
        "parameter data: neither a default nor optional",
    ),
    (
        lambda s: _tasks(s)["Generate"]["inputs"]["parameters"].update(data={"componentInputParameter": "folder"}),
        "comes from 'folder', which no run has",
    ),
    (_resolver, "no resolver"),
    (_importer, "imports /data/schema"),
    (lambda s: _container(s).update(lifecycle={"preCacheCheck": {}}), "has a lifecycle"),
    (lambda s: _container(s).update(image=""), "exec-train: no image"),
    (lambda s: _container(s)["resources"].pop("cpuLimit"), "exec-train: no limit of cores"),
    (lambda s: _container(s)["resources"].pop("memoryLimit"), "exec-train: no limit of memory"),
    (lambda s: _tasks(s)["Generate"].update(cachingOptions={"enableCache": True}), "task Generate: cached"),
    (_secret_variable, "AWS_SECRET_ACCESS_KEY has its value in the pipeline"),
    (_secret_parameter, "parameter token: a secret's value"),
    (lambda s: _container(s)["args"].append(f"--wheel={Path.home()}/x.whl"), "a path of this machine"),
]


def test_good_pipeline_has_no_problems() -> None:
    assert problems([good_spec()], 1000) == []


@pytest.mark.parametrize(("spoil", "problem"), SPOILT, ids=[problem for _, problem in SPOILT])
def test_rule_finds_what_it_is_for_and_no_other_rule_does(spoil: Callable[[Spec], Any], problem: str) -> None:
    spec = good_spec()
    spoil(spec)
    found = problems([spec], 1000)
    assert len(found) == 1
    assert problem in found[0]


def test_pipeline_job_is_told_apart() -> None:
    assert problems([{"pipelineSpec": good_spec()}], 1000) == [
        "a PipelineJob: Kubeflow takes what is under its key pipelineSpec"
    ]


def test_pipeline_that_does_not_fit_into_an_object_is_too_large() -> None:
    assert problems([good_spec()], MAX_BYTES) == []
    assert "more than 200,000" in problems([good_spec()], MAX_BYTES + 1)[0]


@pytest.mark.parametrize("documents", [[], ["text"], [None]])
def test_file_without_a_pipeline_is_told(documents: list[Any]) -> None:
    assert "not a mapping" in problems(documents, 10)[0]


def test_third_document_is_too_many() -> None:
    assert "3 documents" in problems([good_spec(), {}, {}], 10)[0]


def _platform(executor: str, path: str) -> Spec:
    mount = {"constant": "letters", "mountPath": path}
    executors = {executor: {"pvcMount": [mount]}}
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": executors}}}}


def _list_of_tasks(spec: Spec) -> None:
    spec["root"]["dag"]["tasks"] = ["Train"]


def _list_of_executors(spec: Spec) -> None:
    spec["deploymentSpec"]["executors"] = ["exec-train"]


@pytest.mark.parametrize(
    "spoil",
    [
        _list_of_tasks,
        _list_of_executors,
        lambda spec: spec["components"].update(extra="text"),
        lambda spec: spec["pipelineInfo"].update(name=3),
        lambda spec: _container(spec).update(args="one word"),
        lambda spec: _container(spec).update(resources=[]),
    ],
)
def test_other_shapes_are_told_and_break_nothing(spoil: Callable[[Spec], Any]) -> None:
    spec = good_spec()
    spoil(spec)
    (problem,) = problems([spec], 10)
    assert problem.startswith("not a PipelineSpec")


@pytest.mark.parametrize("platform", ["text", [], {"platforms": []}, {"platforms": {"kubernetes": 3}}])
def test_other_shapes_of_the_second_document_are_told(platform: Any) -> None:
    assert problems([good_spec(), platform], 10) == ["the second document is no platform specification"]


def test_platform_settings_need_an_executor_and_an_absolute_path() -> None:
    assert problems([good_spec(), _platform("exec-train", "/mnt")], 10) == []
    assert problems([good_spec(), _platform("exec-other", "/mnt")], 10) == ["platform: no executor exec-other"]
    assert "'mnt', no absolute path" in problems([good_spec(), _platform("exec-train", "mnt")], 10)[0]
    assert problems([good_spec(), {"volumes": []}], 10) == ["the second document is no platform specification"]


def test_paths_of_this_machine_are_told_from_longer_ones() -> None:
    assert machine_paths(f"{sys.prefix}/bin/python")
    assert not machine_paths(f"/mnt{Path.home()}/x")
    assert not machine_paths("/var/tmp/training")
