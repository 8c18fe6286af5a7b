"""The serving folder: numbered versions of a model, each complete, none ever overwritten (TF Serving's layout)."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

# Without it, a folder is no SavedModel.
GRAPH_FILE = "saved_model.pb"
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
    return _copy_as_next(model, serving)


def version_before(serving: Path) -> int | None:
    """Returns the version before the latest model's, None where there is none.

    A version that was brought back counts as the one that it is a copy of, so that going back twice leads two back.

    Args:
        serving: The folder of versions.
    """
    found = versions(serving)
    digests = {version: model_digest(serving / str(version)) for version in found}
    first = next((version for version in found if digests[version] == digests[found[-1]]), 0)
    return max((version for version in found if version < first), default=None)


def push_again(serving: Path, version: int) -> Path:
    """Makes a version the latest, under the next number; returns the new version's folder."""
    _remove_abandoned(serving)
    return _copy_as_next(serving / str(version), serving)


def remove(serving: Path, version: int) -> None:
    """Deletes a version; who looks sees it whole or not at all, but who is loading it meets missing files."""
    gone = Path(tempfile.mkdtemp(prefix=_PROGRESS_PREFIX, dir=serving)) / str(version)
    (serving / str(version)).rename(gone)
    shutil.rmtree(gone.parent)


def _copy_as_next(model: Path, serving: Path) -> Path:
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
