"""Kubeflow's driver and launcher, played: walks a compiled pipeline, each step its real command in a pod of its own.

After kubeflow/pipelines 2.0 to 2.17, backend/src/v2/driver and component/launcher_v2.go: what a step is told, where its
files lie, and what is made of its answer. A bucket is a folder; a pod is a folder too, empty at first.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2

from core.project import ROOT

STORE = "minio://mlpipeline/v2/artifacts"
# An environment of its own, as a pod has: nothing of the tests' gets in.
_ENVIRONMENT = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}


@dataclass
class Step:
    """How a step went: its exit status, what it printed, and the artifacts that it gave."""

    status: int
    stderr: str
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Run:
    """A run of a pipeline; `steps` in the order in which they ran."""

    spec: Mapping[str, Any]
    bucket: Path
    pods: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    output_file: str = "{task_root}/output_metadata.json"
    steps: dict[str, Step] = field(default_factory=dict)

    def walk(self) -> "Run":
        """Runs every step whose upstream succeeded, as Kubeflow does."""
        tasks = self.spec["root"]["dag"]["tasks"]
        waiting = sorted(tasks)
        while ready := [name for name in waiting if self._upstream(tasks[name]) <= self.succeeded]:
            waiting.remove(ready[0])
            self.run_step(ready[0])
        return self

    @property
    def succeeded(self) -> set[str]:
        return {name for name, step in self.steps.items() if step.status == 0}

    def _upstream(self, task: Mapping[str, Any]) -> set[str]:
        producers = {each["taskOutputArtifact"]["producerTask"] for each in _artifacts(task).values()}
        return producers | set(task.get("dependentTasks", ()))

    def run_step(self, name: str) -> Step:
        """Plays the driver, the launcher, the pod, and the launcher again."""
        task = self.spec["root"]["dag"]["tasks"][name]
        component = self.spec["components"][task["componentRef"]["name"]]
        container = self.spec["deploymentSpec"]["executors"][component["executorLabel"]]["container"]
        pod = self.pods / name
        executor_input = self._executor_input(name, task, component, pod)
        self._download(executor_input, pod)
        words = [
            word.replace("{{$}}", json.dumps(executor_input)) for word in [*container["command"], *container["args"]]
        ]
        environment = {**_ENVIRONMENT, "KFP_LAUNCHER_ROOT": str(pod), "TMPDIR": str(_made(pod / "tmp"))}
        done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        self.steps[name] = Step(done.returncode, done.stderr)
        if done.returncode == 0:
            self.steps[name].outputs = self._published(executor_input, pod)
        return self.steps[name]

    def _executor_input(
        self, name: str, task: Mapping[str, Any], component: Mapping[str, Any], pod: Path
    ) -> dict[str, Any]:
        task_root = f"{STORE}/{self.spec['pipelineInfo']['name']}/run-1/{name}/0f0f"
        declared = component.get("outputDefinitions", {}).get("artifacts", {})
        outputs = {key: self._provisioned(task_root, key, each["artifactType"]) for key, each in declared.items()}
        # Kubeflow 2.5 and later, wherever PUBLISH_LOGS is not false.
        log_type = {"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"}
        outputs["executor-logs"] = self._provisioned(task_root, "executor-logs", log_type)
        return {
            "inputs": {"parameterValues": self._parameters(task, component), "artifacts": self._inputs(task)},
            "outputs": {
                "artifacts": outputs,
                "outputFile": self.output_file.format(task_root=_in_pod(task_root, pod)),
            },
        }

    def _provisioned(self, task_root: str, key: str, kind: Mapping[str, str]) -> dict[str, Any]:
        return {"artifacts": [{"uri": f"{task_root}/{key}", "type": dict(kind), "metadata": {}}]}

    def _parameters(self, task: Mapping[str, Any], component: Mapping[str, Any]) -> dict[str, Any]:
        root = self.spec["root"].get("inputDefinitions", {}).get("parameters", {})
        values = {}
        for key, source in task.get("inputs", {}).get("parameters", {}).items():
            assert key in component["inputDefinitions"]["parameters"], f"undeclared parameter {key}"
            if "componentInputParameter" in source:
                wanted = source["componentInputParameter"]
                values[key] = self.parameters.get(wanted, root[wanted].get("defaultValue"))
                assert values[key] is not None, f"{wanted} has neither a value nor a default"
            else:
                values[key] = source["runtimeValue"]["constant"]
        # A protobuf Value has no integers.
        return {key: float(each) if isinstance(each, int) else each for key, each in values.items()}

    def _inputs(self, task: Mapping[str, Any]) -> dict[str, Any]:
        inputs = {}
        for key, source in _artifacts(task).items():
            of = source["taskOutputArtifact"]
            artifact = dict(self.steps[of["producerTask"]].outputs[of["outputArtifactKey"]])
            # The launcher asks MLMD, which keeps no schema.
            inputs[key] = {"artifacts": [{**artifact, "type": {"instanceSchema": ""}}]}
        return inputs

    def _download(self, executor_input: Mapping[str, Any], pod: Path) -> None:
        for each in _listed(executor_input["inputs"]["artifacts"]).values():
            stored, local = self._stored(each["uri"]), _in_pod(each["uri"], pod)
            _made(local.parent)
            if stored.is_dir():
                shutil.copytree(stored, local, dirs_exist_ok=True)
            elif stored.is_file():
                shutil.copy(stored, local)
        for each in _listed(executor_input["outputs"]["artifacts"]).values():
            _made(_in_pod(each["uri"], pod).parent)
        _made(Path(executor_input["outputs"]["outputFile"]).parent)

    def _published(self, executor_input: Mapping[str, Any], pod: Path) -> dict[str, dict[str, Any]]:
        """Reads the answer as strictly as the launcher, uploads, and returns what later steps are told."""
        text = Path(executor_input["outputs"]["outputFile"]).read_text(encoding="utf-8")
        answer = json_format.MessageToDict(json_format.Parse(text, pipeline_spec_pb2.ExecutorOutput()))
        told = _listed(answer.get("artifacts", {}))
        published = {}
        for key, artifact in _listed(executor_input["outputs"]["artifacts"]).items():
            merged = {**artifact, **told.get(key, {})}
            assert merged["uri"].startswith(f"{STORE}/"), f"{merged['uri']} is outside the pipeline root"
            assert all(value is not None for value in merged.get("metadata", {}).values()), "null in metadata"
            self._upload(_in_pod(merged["uri"], pod), merged["uri"])
            metadata = {**merged.get("metadata", {}), "display_name": key}
            number = 1 + sum(len(step.outputs) for step in self.steps.values()) + len(published)
            published[key] = {"name": str(number), "uri": merged["uri"], "metadata": metadata}
        return published

    def _upload(self, local: Path, uri: str) -> None:
        for path in [local, *local.rglob("*")] if local.exists() else []:
            # A store has no empty folders.
            if path.is_file():
                target = self._stored(uri) / path.relative_to(local) if path != local else self._stored(uri)
                _made(target.parent)
                shutil.copy(path, target)

    def _stored(self, uri: str) -> Path:
        return self.bucket / uri.partition("://")[2]

    def folder(self, step: str, key: str) -> Path:
        """Returns where the bucket keeps an artifact."""
        return self._stored(self.steps[step].outputs[key]["uri"])


def _artifacts(task: Mapping[str, Any]) -> Mapping[str, Any]:
    return task.get("inputs", {}).get("artifacts", {})


def _listed(lists: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: each["artifacts"][0] for key, each in lists.items() if each.get("artifacts")}


def _in_pod(uri: str, pod: Path) -> Path:
    scheme, _, rest = uri.partition("://")
    return pod / {"gs": "gcs"}.get(scheme, scheme) / rest


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
