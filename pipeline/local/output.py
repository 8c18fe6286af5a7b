"""The output folder: what lies where in it, and the lock that lets one run at a time work on it."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.shortage import Remedies
from core.errors import UserError


class Output:
    """Paths within an output folder.

    Attributes:
        folder: The folder itself.
        metadata: TFX's record of every run (MLMD).
        artifacts: What the components wrote.
        serving: The pushed versions.
        summary: What the last run came to.
        report: The last run's, for people: one page that needs no network.
        model_cards: What each pushed version is and is not for, with its figures.
        bad_records: The records that the last run could not use.
        resume: What an interrupted run needs to go on, and the schemas that runs were held against.
        lock: Held by the run that works on the folder; names its process.
        remedies: What to do where the folder is full or may not be written.
    """

    def __init__(self, folder: Path):
        """Takes the folder, which need not exist."""
        self.folder = folder
        self.metadata = folder / "metadata.sqlite"
        self.artifacts = folder / "artifacts"
        self.serving = folder / "serving_model"
        self.summary = folder / "summary.json"
        self.report = folder / "report.html"
        self.model_cards = folder / "model_cards"
        self.bad_records = folder / "bad_records.csv"
        self.resume = folder / "resume"
        self.lock = folder / ".lock"
        self.remedies = Remedies({folder: "choose another --output"})


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
