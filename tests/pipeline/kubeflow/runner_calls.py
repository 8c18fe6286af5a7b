"""Calls `kubeflow_runner.py` in this process, with a small package as its FILE."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.kubeflow.command_line import kubeflow_main
from pipeline.kubeflow.package import Package, write_package

# Of the fixture `guarded`: what its server wants, and where that is in the environment.
TOKEN = "eyJhbGciOi.J9.c2lnbmF0dXJl"
VARIABLE = "LETTERS_KFP_TOKEN"


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    status: int
    out: str
    err: str


def call(capsys: pytest.CaptureFixture, *arguments: object) -> Done:
    """Calls with these arguments."""
    try:
        status = kubeflow_main([str(each) for each in arguments])
    except SystemExit as error:
        status = error.code
    return Done(int(status), *capsys.readouterr())


def refused(capsys: pytest.CaptureFixture, *arguments: object) -> str:
    """Returns the one line on stderr that says what to mend."""
    done = call(capsys, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("\n")
    assert len(done.err.splitlines()) == 1
    return done.err.rstrip("\n")


def write_package_file(folder: Path, epochs: int = 3) -> Path:
    """Writes a package without steps; another number of epochs makes another version."""
    parameters = {
        "data": {"parameterType": "STRING", "defaultValue": "/mnt/letters"},
        "train_epochs": {"parameterType": "NUMBER_INTEGER", "defaultValue": epochs},
        "train_learning_rate": {"parameterType": "NUMBER_DOUBLE", "defaultValue": 0.001},
        "training_state": {"parameterType": "STRING", "defaultValue": "/mnt/training"},
    }
    pipeline = {
        "pipelineInfo": {"name": "russian-letters"},
        "schemaVersion": "2.1.0",
        "root": {"inputDefinitions": {"parameters": parameters}, "dag": {"tasks": {}}},
    }
    path = folder / "letters.yaml"
    write_package(Package(pipeline, None), path)
    return path
