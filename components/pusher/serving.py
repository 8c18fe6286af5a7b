"""The folder of pushed versions, on a disk or in a bucket."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from components.pusher.bucket import bucket_versions, push_to_bucket, version_uri
from components.pusher.versions import GRAPH_FILE, model_digest, push, version_folders
from core.buckets import fetch_folder
from core.files import is_uri


def push_to(model: Path, serving: str) -> str:
    """Makes a model the latest version of a folder of versions.

    Args:
        model: A SavedModel.
        serving: A path or a URI.

    Returns:
        The version's path or URI.
    """
    return push_to_bucket(model, serving) if is_uri(serving) else str(push(model, Path(serving)))


def fetch_latest_other(serving: str, model: Path, target: Path) -> bool:
    """Copies the latest version that is not a given model.

    Args:
        serving: A path or a URI of a folder of versions.
        model: The SavedModel that the version must differ from.
        target: Where to; left alone where there is no such version.

    Returns:
        Whether there is one.
    """
    digest = model_digest(model)
    for version in reversed(_found(serving)):
        with _on_disk(serving, version) as folder:
            # A folder without a graph is no model, whoever made it, and no baseline.
            if (folder / GRAPH_FILE).is_file() and model_digest(folder) != digest:
                shutil.copytree(folder, target, dirs_exist_ok=True)
                return True
    return False


def _found(serving: str) -> Sequence[Path | str]:
    """Returns the versions, in rising order: folders, or their names in a bucket."""
    if is_uri(serving):
        return list(bucket_versions(serving).values())
    return list(version_folders(Path(serving)).values())


@contextmanager
def _on_disk(serving: str, version: Path | str) -> Iterator[Path]:
    """Yields a version's folder: its own, or one with a copy of what has that name in a bucket, for the time being."""
    if isinstance(version, Path):
        yield version
        return
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "version"
        fetch_folder(version_uri(serving, version), copy)
        yield copy
