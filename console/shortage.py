"""What a machine lacks for a run: space, the right to write, memory. Libraries tell it in errors of many types.

And how much space is free, and how much memory this process holds.
"""

import errno
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError

# As the system, SQLite, Python and TensorFlow put it; Beam, HDF5 and MLMD only quote these.
_NO_SPACE = (
    os.strerror(errno.ENOSPC),
    os.strerror(errno.EDQUOT),
    "database or disk is full",
    "No usable temporary directory",
)
_NO_RIGHT = (os.strerror(errno.EROFS), os.strerror(errno.EACCES), "attempt to write a readonly database")
# As SQLite puts it, and MLMD, which has tried again for some seconds by then.
_BUSY = ("database is locked", "Concurrent writes aborted")
_NO_MEMORY = (os.strerror(errno.ENOMEM), "bad_alloc", "OOM when allocating")
_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
# Of Linux's `proc(5)`: forgets the largest resident set so far.
_FORGET_PEAK = "5"


class ShortageError(UserError):
    """The machine lacks something.

    Attributes:
        what: What it lacks, without figures, which change from one moment to the next.
    """

    def __init__(self, what: str, rest: str):
        """Makes the message of both parts."""
        super().__init__(what + rest)
        self.what = what


@dataclass(frozen=True)
class Remedies:
    """What a person can do about each shortage.

    Attributes:
        folders: What to do where a folder is full or may not be written; those that are written to.
        temporary: What to do where the folder for temporary files is full.
        memory: What to do where memory is out.
    """

    folders: Mapping[Path, str]
    temporary: str = "set TMPDIR to another folder"
    memory: str = "close other programs, or raise the limit on memory"


@contextmanager
def shortage_told(remedies: Remedies) -> Iterator[None]:
    """Raises `ShortageError` in place of an error that comes from a shortage; see `shortage`."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if lacking := shortage(error, remedies):
            raise lacking from None
        raise


def shortage(error: BaseException, remedies: Remedies) -> ShortageError | None:
    """Returns what a person has to mend where an error, or one in its `error_chain`, comes from a shortage, or None."""
    chain = list(error_chain(error))
    told = "\n".join(map(str, chain))
    if any(text in told for text in _NO_SPACE):
        return _no_space(remedies)
    if any(isinstance(each, MemoryError) for each in chain) or any(text in told for text in _NO_MEMORY):
        return ShortageError("out of memory", f" ({peak_memory_mib():.0f} MiB held at most); {remedies.memory}")
    if any(text in told for text in _BUSY):
        return _busy(remedies)
    return _no_right(chain, told, remedies)


def free_mb(folder: Path) -> float:
    """Returns the space that this process may fill on a folder's disk, in MB."""
    disk = os.statvfs(folder)
    # A disk may also run out of files.
    return 0.0 if disk.f_files and not disk.f_favail else disk.f_bavail * disk.f_frsize / 1e6


def peak_memory_mib() -> float:
    """Returns the most memory (resident set, MiB) that this process held since `forget_peak`, or ever."""
    if _STATUS.exists():
        return memory_mib("VmHWM")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on macOS, KiB elsewhere.
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def memory_mib(field: str) -> float:
    """Returns a size, such as VmRSS, of Linux's `/proc/self/status` in MiB.

    Not getrusage's: Linux hands `ru_maxrss` down to the new process, through fork and exec.
    """
    (line,) = (line for line in _STATUS.read_text().splitlines() if line.startswith(f"{field}:"))
    return round(int(line.split()[1]) / 1024, 1)


def forget_peak() -> None:
    """Begins to measure the peak anew, on Linux; elsewhere it is that of the whole process."""
    with suppress(OSError):
        _CLEAR_REFS.write_text(_FORGET_PEAK)


def error_chain(error: BaseException) -> Iterator[BaseException]:
    """Yields an error, what it was raised from, and what was being handled meanwhile."""
    pending, seen = [error], set()
    while pending:
        each = pending.pop()
        if id(each) not in seen:
            seen.add(id(each))
            yield each
            pending += [other for other in (each.__cause__, each.__context__) if other is not None]


def _no_space(remedies: Remedies) -> ShortageError:
    # Few errors say where, and what failed may have been removed since: it is the fullest of the disks.
    try:
        temporary = Path(tempfile.gettempdir())
    except FileNotFoundError:
        # No folder for temporary files has room for one.
        temporary = Path("/tmp")
    advice = {**remedies.folders, temporary: remedies.temporary}
    folder = min(advice, key=lambda folder: free_mb(_existing(folder)))
    what, free = f"no space left on {folder}", f"{free_mb(_existing(folder)):.0f} MB free"
    return ShortageError(what, f" ({free}); free some or {advice[folder]}")


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())


def _busy(remedies: Remedies) -> ShortageError:
    where = next(iter(remedies.folders))
    who = "such as a browser of databases, a backup, or a program that keeps folders alike"
    return ShortageError(f"{where}: another program holds the record of runs", f", {who}; close it and run again")


def _no_right(chain: list[BaseException], told: str, remedies: Remedies) -> ShortageError | None:
    for error in (each for each in chain if isinstance(each, OSError)):
        name = error.filename2 or error.filename
        for folder, remedy in remedies.folders.items():
            # What is missing is no shortage: somebody removed it meanwhile, or we look in the wrong place.
            if isinstance(name, str) and error.errno != errno.ENOENT and Path(name).is_relative_to(folder):
                return _unwritable(name, error.strerror, remedy)
    reason = next((text for text in _NO_RIGHT if text in told), None)
    for folder, remedy in remedies.folders.items():
        if reason and (str(folder) in told or "readonly" in reason):
            return _unwritable(folder, reason, remedy)
    return None


def _unwritable(place: Path | str, reason: str | None, remedy: str) -> ShortageError:
    return ShortageError(f"{place}: cannot be written", f": {reason}; mend that or {remedy}")
