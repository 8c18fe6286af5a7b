"""A compiled pipeline of two steps that the linter finds nothing wrong with, for tests to spoil."""

import json
from typing import Any

_COMMAND = {"image": "registry.example/letters:1", "command": ["python", "-m", "step"]}
_LIMITS = {"resources": {"cpuLimit": 1.0, "memoryLimit": 3.0}}
_GENERATE = ["--executor_class_path", "components.example_gen.executor.Executor"]

_SPEC: dict[str, Any] = {
    "pipelineInfo": {"name": "russian-letters"},
    "schemaVersion": "2.1.0",
    "root": {
        "inputDefinitions": {"parameters": {"data": {"parameterType": "STRING", "defaultValue": "/mnt/letters"}}},
        "dag": {
            "tasks": {
                "Generate": {
                    "taskInfo": {"name": "Generate"},
                    "componentRef": {"name": "comp-generate"},
                    "inputs": {"parameters": {"data": {"componentInputParameter": "data"}}},
                },
                "Train": {
                    "taskInfo": {"name": "Train"},
                    "componentRef": {"name": "comp-train"},
                    "dependentTasks": ["Generate"],
                    "cachingOptions": {"enableCache": True},
                    "inputs": {
                        "artifacts": {
                            "examples": {
                                "taskOutputArtifact": {"producerTask": "Generate", "outputArtifactKey": "examples"}
                            }
                        },
                        "parameters": {"epochs": {"runtimeValue": {"constant": 3.0}}},
                    },
                },
            }
        },
    },
    "components": {
        "comp-generate": {
            "executorLabel": "exec-generate",
            "inputDefinitions": {"parameters": {"data": {"parameterType": "STRING"}}},
            "outputDefinitions": {"artifacts": {"examples": {"artifactType": {"schemaTitle": "tfx.Examples"}}}},
        },
        "comp-train": {
            "executorLabel": "exec-train",
            "inputDefinitions": {
                "artifacts": {"examples": {"artifactType": {"schemaTitle": "tfx.Examples"}}},
                "parameters": {"epochs": {"parameterType": "NUMBER_INTEGER"}},
            },
        },
    },
    "deploymentSpec": {
        "executors": {
            "exec-generate": {"container": {**_COMMAND, **_LIMITS, "args": _GENERATE}},
            "exec-train": {"container": {**_COMMAND, **_LIMITS, "args": ["--executor_class_path", "tfx.Trainer"]}},
        }
    },
}


def good_spec() -> dict[str, Any]:
    """Returns the specification anew."""
    spec: dict[str, Any] = json.loads(json.dumps(_SPEC))
    return spec
