"""The serving folder: numbered versions of a model, each complete, none ever overwritten (TF Serving's layout)."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# Not a number, so that no server takes a push in progress for a version.
_PROGRESS_PREFIX = ".pushing-"


def versions(serving: Path) -> list[int]:
    """Returns the versions in a serving folder, in rising order."""
    if not serving.is_dir():
        return []
    return sorted(int(p.name) for p in serving.iterdir() if is_version(p.name) and p.is_dir())


def is_version(name: str) -> bool:
    """Returns whether a folder's name is a version's: digits, as TF Serving wants them."""
    return name.isascii() and name.isdigit()


def model_digest(folder: Path) -> str:
    """Returns the hex SHA-256 of every file in a folder, with its name."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for part in (str(path.relative_to(folder)).encode(), path.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def push(model: Path, serving: Path) -> Path:
    """Makes a model the latest version of a serving folder, unless it already is in it.

    The copy is made beside the versions and renamed when it is complete, so that a version is whole or absent.

    Args:
        model: A SavedModel.
        serving: The folder of versions; made where it does not exist.

    Returns:
        The version's folder.
    """
    serving.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(serving)
    digest = model_digest(model)
    for version in versions(serving):
        if model_digest(serving / str(version)) == digest:
            return serving / str(version)
    copy = Path(tempfile.mkdtemp(prefix=_PROGRESS_PREFIX, dir=serving))
    shutil.copytree(model, copy, dirs_exist_ok=True)
    copy.chmod(0o755)  # mkdtemp's folders are private; a server may be another user.
    _sync(copy)
    return _rename_to_next(copy, serving)


def _rename_to_next(copy: Path, serving: Path) -> Path:
    while True:
        target = serving / str(max(versions(serving), default=0) + 1)
        try:
            os.rename(copy, target)
        except OSError:
            # Another push took the number since; anything else would fail for every number.
            if not target.exists():
                raise
        else:
            _sync_folder(serving)
            return target


def _remove_abandoned(serving: Path) -> None:
    """Removes what a killed push left; only one run works on an output folder at a time."""
    for path in serving.glob(f"{_PROGRESS_PREFIX}*"):
        shutil.rmtree(path)


def _sync(folder: Path) -> None:
    """Puts a folder's content on the disk before the rename does, lest a power cut leave empty files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for path in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
