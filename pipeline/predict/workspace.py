"""Where tables are written until they are whole: a folder of their own beside OUTPUT; importing this imports Beam."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from apache_beam.io.filesystems import FileSystems

from core.files import is_uri


@dataclass(frozen=True)
class Parts:
    """What a run writes before it is known to be whole: a table of letters, one of bad photos, and counts."""

    folder: str

    @property
    def readings(self) -> str:
        """The letters."""
        return f"{self.folder}/readings"

    @property
    def bad(self) -> str:
        """The bad photos."""
        return f"{self.folder}/bad"

    @property
    def counts(self) -> str:
        """How many photos came to what."""
        return f"{self.folder}/counts"


@contextmanager
def workspace(file: str) -> Iterator[Parts]:
    """Yields names in a folder that is nobody else's, and removes it afterwards with what is still in it.

    Args:
        file: What the folder is beside: an absolute path or a URI.
    """
    # Beam makes it with its first file; buckets have no folders.
    folder = f"{file.rpartition('/')[0]}/.predict_batch.partial-{uuid.uuid4().hex}"
    try:
        yield Parts(folder)
    finally:
        _remove_folder(folder)


def move(source: str, target: str) -> None:
    """Moves a file to where another one may be."""
    if is_uri(target):
        # HDFS renames a file to a new name only.
        remove(target)
    FileSystems.rename([source], [target])


def remove(file: str) -> None:
    """Removes a file where there is one."""
    if FileSystems.exists(file):
        FileSystems.delete([file])


def _remove_folder(folder: str) -> None:
    if not is_uri(folder):
        shutil.rmtree(folder, ignore_errors=True)
        return
    # Whatever libraries raise for a bucket: what went wrong before is to be told, not this.
    with suppress(Exception):
        FileSystems.delete([f"{folder}/"])
