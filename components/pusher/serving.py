"""The folder of pushed versions, on a disk or in a bucket."""

import shutil
import tempfile
from pathlib import Path

from components.bucket import fetch_folder, is_uri
from components.pusher.bucket import bucket_versions, push_to_bucket, version_uri
from components.pusher.versions import model_digest, push, versions


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
    found = bucket_versions(serving) if is_uri(serving) else versions(Path(serving))
    for version in reversed(found):
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / "version"
            _fetch(serving, version, copy)
            if model_digest(copy) != digest:
                shutil.copytree(copy, target, dirs_exist_ok=True)
                return True
    return False


def _fetch(serving: str, version: int, copy: Path) -> None:
    if is_uri(serving):
        fetch_folder(version_uri(serving, version), copy)
    else:
        shutil.copytree(Path(serving) / str(version), copy)
