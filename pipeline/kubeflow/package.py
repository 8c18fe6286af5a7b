"""A compiled pipeline as a file: one YAML document, and a second one where volumes or secrets are used."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.errors import UserError
from core.files import FileError, read_bounded, write_whole

# A hundred times what Kubeflow takes.
_MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Package:
    """A compiled pipeline.

    Attributes:
        pipeline: The pipeline specification.
        platform: The platform specification, None where there is none.
    """

    pipeline: dict[str, Any]
    platform: dict[str, Any] | None

    def text(self) -> str:
        """Returns the content of its file: equal packages have equal texts."""
        documents = [document for document in (self.pipeline, self.platform) if document]
        return yaml.dump_all(documents, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=120)

    def digest(self) -> str:
        """Returns twelve digits that name its content."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:12]

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return str(self.pipeline["pipelineInfo"]["name"])

    def parameter_types(self) -> dict[str, str]:
        """Returns the type of each parameter of a run, such as `NUMBER_INTEGER`, by its name."""
        declared = self.pipeline["root"].get("inputDefinitions", {}).get("parameters", {})
        return {name: each["parameterType"] for name, each in declared.items()}


def write_package(package: Package, path: Path) -> None:
    """Writes the file.

    Raises:
        UserError: If it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, package.text())
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}") from None


def read_package(path: Path) -> Package:
    """Returns the compiled pipeline of a file, which may be a stranger's.

    Raises:
        UserError: If it cannot be read, is no YAML, or none that the client of Kubeflow takes.
    """
    # Here, since they take a second, and to compile needs no client.
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    try:
        documents = list(yaml.safe_load_all(read_bounded(path, _MOST_BYTES).decode()))
    except FileError as error:
        raise UserError(f"{path}: {str(error).removeprefix('the file ')}") from None
    except RecursionError:
        raise UserError(f"{path}: nested too deeply") from None
    # ValueErrors are of bytes that are no UTF-8, and of dates and numbers that are none.
    except (yaml.YAMLError, ValueError) as error:
        raise UserError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    try:
        pipeline, *platforms = documents
        json_format.ParseDict(pipeline, pipeline_spec_pb2.PipelineSpec())
        (platform,) = platforms or [None]
        package = Package(pipeline, platform)
        # The parser takes an empty list for an empty mapping.
        package.parameter_types()
        if not package.name:
            raise KeyError("name")
    except (json_format.ParseError, AttributeError, KeyError, TypeError, ValueError):
        raise UserError(f"{path}: no pipeline that Kubeflow takes; `kubeflow_runner.py compile` writes one") from None
    return package


class _Dumper(yaml.SafeDumper):
    """Writes what is shared in memory in full: anchors are one more thing that a reader may not know."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
