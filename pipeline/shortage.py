"""What a machine lacks for a run: space, the right to write, memory. Libraries tell it in errors of many types."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from components.errors import UserError
from pipeline.memory import peak_memory_mib

# As the system, SQLite, Python and TensorFlow put it; Beam, HDF5 and MLMD only quote these.
_NO_SPACE = (
    os.strerror(errno.ENOSPC),
    os.strerror(errno.EDQUOT),
    "database or disk is full",
    "No usable temporary directory",
)
_NO_RIGHT = (os.strerror(errno.EROFS), os.strerror(errno.EACCES), "attempt to write a readonly database")
_NO_MEMORY = (os.strerror(errno.ENOMEM), "bad_alloc", "OOM when allocating")


class ShortageError(UserError):
    """The machine lacks something.

    Attributes:
        what: What it lacks, without figures, which change from one moment to the next.
    """

    def __init__(self, what: str, rest: str):
        """Makes the message of both parts."""
        super().__init__(what + rest)
        self.what = what


@contextmanager
def shortage_told(output: Path) -> Iterator[None]:
    """Raises `ShortageError` in place of an error that comes from a shortage; see `shortage`."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if lacking := shortage(error, output):
            raise lacking from None
        raise


def shortage(error: BaseException, output: Path) -> ShortageError | None:
    """Returns what a person has to mend where an error comes from a shortage, None where it does not.

    Args:
        error: Also what it was raised from, or while handling what, is looked at.
        output: The output folder.
    """
    chain = list(_chain(error))
    told = "\n".join(map(str, chain))
    if any(text in told for text in _NO_SPACE):
        return _no_space(output)
    if any(isinstance(each, MemoryError) for each in chain) or any(text in told for text in _NO_MEMORY):
        held = f" ({peak_memory_mib():.0f} MiB held at most)"
        return ShortageError("out of memory", held + "; close other programs, or raise the limit on memory")
    return _no_right(chain, told, output)


def free_mb(folder: Path) -> float:
    """Returns the space that this process may fill on a folder's disk, in MB."""
    disk = os.statvfs(folder)
    # A disk may also run out of files.
    return 0.0 if disk.f_files and not disk.f_favail else disk.f_bavail * disk.f_frsize / 1e6


def _chain(error: BaseException) -> Iterator[BaseException]:
    pending, seen = [error], set()
    while pending:
        each = pending.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            pending += [other for other in (each.__cause__, each.__context__) if other is not None]


def _no_space(output: Path) -> ShortageError:
    # Few errors say where, and what failed may have been removed since: it is the fuller of the two disks.
    try:
        temporary = Path(tempfile.gettempdir())
    except FileNotFoundError:
        # No folder for temporary files has room for one.
        temporary = Path("/tmp")
    advice = {output: "choose another --output", temporary: "set TMPDIR to another folder"}
    folder = min((folder for folder in advice if folder.exists()), key=free_mb)
    what, free = f"no space left on {folder}", f"{free_mb(folder):.0f} MB free"
    return ShortageError(what, f" ({free}); free some or {advice[folder]}")


def _no_right(chain: list[BaseException], told: str, output: Path) -> ShortageError | None:
    advice = "mend that or choose another --output"
    for error in (each for each in chain if isinstance(each, OSError)):
        name = error.filename2 or error.filename
        # What is missing is no shortage: somebody removed it meanwhile, or we look in the wrong place.
        if isinstance(name, str) and Path(name).is_relative_to(output) and error.errno != errno.ENOENT:
            return ShortageError(f"{name}: cannot be written", f": {error.strerror}; {advice}")
    reason = next((text for text in _NO_RIGHT if text in told), None)
    if reason is None or (str(output) not in told and "readonly" not in reason):
        return None
    return ShortageError(f"{output}: cannot be written", f": {reason}; {advice}")
