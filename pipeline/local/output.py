"""The output folder: what lies where in it, and the lock that lets one run at a time work on it."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.shortage import Remedies
from core.errors import UserError


@dataclass(frozen=True)
class Output:
    """Paths within an output folder."""

    folder: Path

    @property
    def metadata(self) -> Path:
        """TFX's record of every run (MLMD)."""
        return self.folder / "metadata.sqlite"

    @property
    def artifacts(self) -> Path:
        """What the components wrote."""
        return self.folder / "artifacts"

    @property
    def serving(self) -> Path:
        """The pushed versions."""
        return self.folder / "serving_model"

    @property
    def summary(self) -> Path:
        """What the last run came to."""
        return self.folder / "summary.json"

    @property
    def report(self) -> Path:
        """The last run's, for people: one page that needs no network."""
        return self.folder / "report.html"

    @property
    def model_cards(self) -> Path:
        """What each pushed version is and is not for, with its figures."""
        return self.folder / "model_cards"

    @property
    def bad_records(self) -> Path:
        """The records that the last run could not use."""
        return self.folder / "bad_records.csv"

    @property
    def resume(self) -> Path:
        """What an interrupted run needs to go on, and the schemas that runs were held against."""
        return self.folder / "resume"

    @property
    def lock(self) -> Path:
        """Held by the run that works on the folder; names its process."""
        return self.folder / ".lock"

    @property
    def remedies(self) -> Remedies:
        """What to do where the folder is full or may not be written."""
        return Remedies({self.folder: "choose another --output"})


@contextmanager
def locked(output: Output) -> Iterator[None]:
    """Makes the output folder and holds its lock; the system frees it even when the process is killed.

    Raises:
        UserError: If another run holds it, or the folder cannot be written.
    """
    try:
        output.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(output.lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise _unwritable(output, error) from None
    try:
        _take(descriptor, output)
        yield
    finally:
        os.close(descriptor)


def _unwritable(output: Output, error: OSError) -> UserError:
    # Something else may lie where the lock should.
    where = output.lock if error.errno in (errno.EISDIR, errno.ELOOP) else output.folder
    return UserError(f"{where}: cannot be written: {error.strerror}")


def _take(descriptor: int, output: Output) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
        raise UserError(
            f"{output.folder}: another run is working there (process {holder}); wait for it or choose another --output"
        ) from None
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise _unwritable(output, error) from None
