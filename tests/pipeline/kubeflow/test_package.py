"""The file of a compiled pipeline: written as it is read, and a stranger's is a pipeline or one line."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import UserError
from pipeline.kubeflow.package import Package, read_package, write_package

_NONE = "no pipeline that Kubeflow takes; `kubeflow_runner.py compile` writes one"


def _refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UserError) as told:
        read_package(path)
    return str(told.value)


def test_package_is_read_as_it_was_written(package: Path, tmp_path: Path) -> None:
    read = read_package(package)
    assert (read.name, read.parameter_types()["train_epochs"]) == ("russian-letters", "NUMBER_INTEGER")
    both = Package(read.pipeline, {"platforms": {"kubernetes": {}}})
    write_package(both, tmp_path / "both.yaml")
    assert read_package(tmp_path / "both.yaml") == both
    assert both.digest() != read.digest()


def test_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"^{tmp_path}/none.yaml: cannot be read: No such file or directory$"):
        read_package(tmp_path / "none.yaml")


@pytest.mark.timeout(60)
def test_what_is_no_file_is_told_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", Path("/dev/zero")):
        with pytest.raises(UserError, match=f"^{path}: is not a regular file$"):
            read_package(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a: [1,\nb: 2", "not YAML: "),
        (b"\xff\xfe\x00", "not YAML: "),
        (b"at: 9999-99-99", "not YAML: month must be in 1..12"),
        (b"[" * 20_000, "nested too deeply"),
    ],
    ids=["syntax", "bytes", "date", "deep"],
)
def test_file_that_is_not_yaml_is_one_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "letters.yaml"
    assert _refusal(path, content).startswith(f"{path}: {complaint}")


@pytest.mark.parametrize("content", ["", "a: 1", "[1]", "text", "3", "{}\n---\n{}\n---\n{}", "!!python/object:os.x {}"])
def test_file_that_is_no_pipeline_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "letters.yaml"
    refusal = _refusal(path, content.encode())
    assert refusal.startswith(f"{path}: not YAML" if "python" in content else f"{path}: {_NONE}")


@pytest.mark.parametrize(
    "spoiled",
    [{"root": []}, {"root": {"inputDefinitions": []}}, {"pipelineInfo": {}}, {"pipelineSpec": {}}, {"components": "x"}],
)
def test_pipeline_of_another_form_is_one_line(package: Path, tmp_path: Path, spoiled: dict[str, Any]) -> None:
    path = tmp_path / "letters.yaml"
    pipeline = yaml.safe_load(package.read_text(encoding="utf-8")) | spoiled
    assert _refusal(path, yaml.safe_dump(pipeline).encode()) == f"{path}: {_NONE}"
