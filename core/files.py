"""Files and folders: whole or not there, never read without a bound, and told from URIs."""

import errno
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from core.errors import UserError

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# In the names of folders that are not whole yet.
_PARTIAL = ".partial-"


class FileError(ValueError):
    """A file cannot be read; the message is the reason, without the file's name."""


def is_uri(text: str) -> bool:
    """Returns whether a text is a URI, such as of a bucket; all others are paths."""
    return bool(_SCHEME.match(text))


def as_place(folders: Sequence[str | Path]) -> str:
    """Returns a text for folders, paths or URIs, of which TFX takes one text: a single one as it is."""
    return str(folders[0]) if len(folders) == 1 else json.dumps([str(folder) for folder in folders], ensure_ascii=False)


def folders_of(place: str) -> tuple[str, ...]:
    """Returns the folders that a text stands for: one, or more as a JSON list, as `as_place` writes them.

    Raises:
        UserError: If it begins like such a list and is none.
    """
    if not place.startswith('["'):
        return (place,)
    try:
        folders = json.loads(place)
    except ValueError:
        folders = [None]
    if not all(isinstance(folder, str) for folder in folders):
        raise UserError(f'{place}: no list of folders; write one folder, or several as ["FOLDER", "FOLDER"]')
    return tuple(folders)


def shown_place(place: str) -> str:
    """Returns the folders that a text stands for as people are shown them."""
    return ", ".join(folders_of(place))


def resolved(folder: Path) -> Path:
    """Returns a folder's absolute path without symlinks; the folder need not exist.

    Raises:
        UserError: If a symlink leads to itself, the path may not be looked at, or it is longer than any can be; if its
            name is no UTF-8, which TFX's record of runs could not hold.
    """
    try:
        found = folder.resolve()
        # Of its own accord `resolve` passes over names that are too long.
        with suppress(FileNotFoundError, NotADirectoryError):
            found.stat()
        str(found).encode()
    # A loop is a RuntimeError in Python 3.10, and in 3.13 an OSError of the look at it.
    except (OSError, RuntimeError) as error:
        looped = isinstance(error, RuntimeError) or error.errno == errno.ELOOP
        reason = "a symlink leads to itself" if looped else getattr(error, "strerror", error)
        raise UserError(f"{folder}: {reason}; choose another folder") from None
    except UnicodeEncodeError:
        raise UserError(f"{folder}: a name that is no UTF-8; rename the folder or choose another") from None
    return found


def read_bounded(path: str | Path, most: int) -> bytes:
    """Returns the content of a file of at most `most` bytes.

    Raises:
        FileError: If it cannot be read, is no regular file, or is larger.
    """
    try:
        # Unbuffered: a buffer for each small file takes longer than to read it. At once: a FIFO would else be waited
        # for, until somebody writes to it.
        with open(path, "rb", buffering=0, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise FileError("the file is not a regular file")
            if status.st_size > most:
                raise FileError(f"the file is larger than {most} bytes")
            return file.readall()
    except OSError as error:
        raise FileError(f"the file cannot be read: {error.strerror}") from None


def write_whole(path: Path, content: str | bytes, durable: bool = False) -> None:
    """Writes a file so that a reader sees the old content or the new one, never a part.

    Args:
        path: The file; its folder exists.
        content: What it is to hold.
        durable: Whether it is on the disk when this returns, and whole after a power cut too.
    """
    fresh = path.with_name(f".{path.name}.new")
    # In JSON, too, a lone surrogate, which stands for a byte that is no UTF-8 in a name, is written escaped.
    data = content if isinstance(content, bytes) else content.encode(errors="backslashreplace")
    try:
        # Whatever it is, even a link to a file elsewhere.
        fresh.unlink(missing_ok=True)
        fresh.write_bytes(data)
        if durable:
            sync(fresh)
        fresh.replace(path)
        if durable:
            sync(path.parent)
    except BaseException:
        # A part of a page would take the room that whoever mends this has to find.
        fresh.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Returns when a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yields a new folder beside another's name, in a folder that exists; when it is complete it takes the name.

    Raises:
        OSError: If something else has the name by then, but for an empty folder.
    """
    fresh = target.with_name(f".{target.name}{_PARTIAL}{uuid4().hex}")
    fresh.mkdir()
    try:
        yield fresh
        os.rename(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def remove_folder(folder: Path) -> None:
    """Deletes a folder: wherever a kill comes, who looks for it finds it whole or not at all."""
    gone = folder.with_name(f".{folder.name}{_PARTIAL}{uuid4().hex}")
    folder.rename(gone)
    shutil.rmtree(gone)


def remove_partial(parent: Path) -> None:
    """Removes the folders in another one that were being written or deleted when a process was killed."""
    for path in parent.glob(f".*{_PARTIAL}*"):
        shutil.rmtree(path)
