"""The serving folder: numbered versions of a model, each complete, none ever overwritten (TF Serving's layout)."""

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from core.files import remove_partial, sync, whole_folder

# Without it, a folder is no SavedModel.
GRAPH_FILE = "saved_model.pb"
_VERSION = re.compile("[1-9][0-9]*")
# Files and folders that servers, desktops and file servers add to a version; those of models are not named so.
_ADDED = re.compile(r"assets\.extra|\..*|thumbs\.db|desktop\.ini|@eadir|__macosx|lost\+found", re.IGNORECASE)


def is_version(name: str) -> bool:
    """Returns whether a folder's name is a version's: a number without zeros before it."""
    return bool(_VERSION.fullmatch(name))


def next_number(names: Iterable[str]) -> int:
    """Returns the number above all that are among names, also of files, which nothing may be put in place of."""
    return max((int(name) for name in names if is_version(name)), default=0) + 1


def versions(serving: Path) -> list[int]:
    """Returns the versions in a serving folder, in rising order."""
    if not serving.is_dir():
        return []
    return sorted(int(path.name) for path in serving.iterdir() if is_version(path.name) and path.is_dir())


def version_folders(serving: Path) -> dict[int, Path]:
    """Returns the folder of each version in a serving folder, in rising order."""
    return {version: serving / str(version) for version in versions(serving)}


def model_digest(folder: Path) -> str:
    """Returns the hex SHA-256 of every file of a model, with its name, but of none that others add to its folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not _is_added(p.relative_to(folder))):
        for part in (os.fsencode(path.relative_to(folder)), path.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _is_added(path: Path) -> bool:
    return any(_ADDED.fullmatch(part) for part in path.parts)


def push(model: Path, digest: str, serving: Path) -> Path:
    """Makes a model the latest version of a serving folder, unless it already is.

    Args:
        model: A SavedModel.
        digest: Its `model_digest`.
        serving: The folder of versions; made where it does not exist.

    Returns:
        The version's folder.
    """
    # An earlier version with the same model does not do: servers take the latest.
    for folder in list(version_folders(serving).values())[-1:]:
        if model_digest(folder) == digest:
            return folder
    return add_version(model, serving)


def add_version(model: Path, serving: Path) -> Path:
    """Copies a model as the next version of a serving folder; returns the version's folder.

    The copy is made beside the versions and renamed when it is complete, so that a version is whole or absent.
    """
    serving.mkdir(parents=True, exist_ok=True)
    # What a killed push left; only one run works on an output folder at a time.
    remove_partial(serving)
    while True:
        target = serving / str(next_number(os.listdir(serving)))
        try:
            with whole_folder(target) as copy:
                copy.chmod(0o700)
                shutil.copytree(model, copy, dirs_exist_ok=True)
                copy.chmod(0o755)  # A server may be another user.
                # Before the rename, lest a power cut leave empty files.
                for path in (*copy.rglob("*"), copy):
                    sync(path)
        except OSError:
            # Another push took the number since; anything else would fail for every number.
            if not target.exists():
                raise
        else:
            sync(serving)
            return target


def version_before(serving: Path, withdrawn: Collection[str]) -> int | None:
    """Returns the latest version with another model than the latest of all, None where there is none.

    Nobody goes back to the withdrawn models, which are given by their digests.
    """
    digests = {version: model_digest(folder) for version, folder in version_folders(serving).items()}
    latest = digests.get(max(digests, default=0))
    return max((v for v, digest in digests.items() if digest != latest and digest not in withdrawn), default=None)
