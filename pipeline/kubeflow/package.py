"""A compiled pipeline as a file: one YAML document, and a second one where volumes or secrets are used."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.example_gen.images import ImageError, read_file
from core.errors import UserError
from core.files import write_whole


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
        return _dump([document for document in (self.pipeline, self.platform) if document])

    def digest(self) -> str:
        """Returns twelve digits that name its content."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:12]


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


def read_documents(path: Path) -> list[Any]:
    """Returns the YAML documents of a file.

    Raises:
        UserError: If it cannot be read, is no regular file, or no YAML.
    """
    try:
        return list(yaml.safe_load_all(read_file(path).decode()))
    except ImageError as error:
        raise UserError(f"{path}: {str(error).removeprefix('the file ')}") from None
    except RecursionError:
        raise UserError(f"{path}: nested too deeply") from None
    # ValueErrors are of bytes that are no UTF-8, and of dates and numbers that are none.
    except (yaml.YAMLError, ValueError) as error:
        raise UserError(f"{path}: not YAML: {' '.join(str(error).split())}") from None


class _Dumper(yaml.SafeDumper):
    """Writes what is shared in memory in full: anchors are one more thing that a reader may not know."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(documents: list[dict[str, Any]]) -> str:
    return yaml.dump_all(documents, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=120)
