"""The serving folder: numbered versions of a model, each complete, none ever overwritten (TF Serving's layout)."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from components.pusher.numbers import by_number, is_version, next_number

# Without it, a folder is no SavedModel.
GRAPH_FILE = "saved_model.pb"
# Not a number, so that no server takes a push in progress for a version.
_PROGRESS_PREFIX = ".pushing-"


def versions(serving: Path) -> list[int]:
    """Returns the versions in a serving folder, in rising order."""
    return list(version_folders(serving))


def version_folders(serving: Path) -> dict[int, Path]:
    """Returns the folder of each version in a serving folder, in rising order."""
    if not serving.is_dir():
        return {}
    return {number: serving / name for number, name in by_number(p.name for p in serving.iterdir() if p.is_dir())}


def doubled(serving: Path) -> list[str]:
    """Returns the names of folders that no server looks at, since another has the same number."""
    taken = {folder.name for folder in version_folders(serving).values()}
    return sorted(p.name for p in serving.glob("*") if p.is_dir() and is_version(p.name) and p.name not in taken)


def model_digest(folder: Path) -> str:
    """Returns the hex SHA-256 of every file in a folder, with its name."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for part in (os.fsencode(path.relative_to(folder)), path.read_bytes()):
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
    for folder in version_folders(serving).values():
        if model_digest(folder) == digest:
            return folder
    return _copy_as_next(model, serving)


def version_before(serving: Path) -> int | None:
    """Returns the version before the latest model's, None where there is none.

    A version that was brought back counts as the one that it is a copy of, so that going back twice leads two back.

    Args:
        serving: The folder of versions.
    """
    digests = {version: model_digest(folder) for version, folder in version_folders(serving).items()}
    latest = max(digests, default=0)
    first = next((version for version in digests if digests[version] == digests[latest]), 0)
    return max((version for version in digests if version < first), default=None)


def push_again(serving: Path, version: int) -> Path:
    """Makes a version the latest, under the next number; returns the new version's folder."""
    _remove_abandoned(serving)
    return _copy_as_next(version_folders(serving)[version], serving)


def remove(serving: Path, version: int) -> None:
    """Deletes a version; who looks sees it whole or not at all, but who is loading it meets missing files."""
    folder = version_folders(serving)[version]
    gone = Path(tempfile.mkdtemp(prefix=_PROGRESS_PREFIX, dir=serving)) / folder.name
    folder.rename(gone)
    shutil.rmtree(gone.parent)


def _copy_as_next(model: Path, serving: Path) -> Path:
    copy = Path(tempfile.mkdtemp(prefix=_PROGRESS_PREFIX, dir=serving))
    shutil.copytree(model, copy, dirs_exist_ok=True)
    copy.chmod(0o755)  # mkdtemp's folders are private; a server may be another user.
    _sync(copy)
    return _rename_to_next(copy, serving)


def _rename_to_next(copy: Path, serving: Path) -> Path:
    while True:
        target = serving / str(next_number(serving, os.listdir(serving)))
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
