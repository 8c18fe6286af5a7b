"""Runs of `local_runner.py` in processes of their own, forked from one that has imported TFX, which takes 16 s."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from pipeline.local.command_line import local_main

# The status of a process that was killed.
KILLED = -signal.SIGKILL

# What a run imports, and what TFX imports by name in mid-run.
_IMPORTED_BEFORE = ["pipeline.local.execute", "components.test_result", "report.page", "components.trainer.run"]


@dataclass(frozen=True)
class Ended:
    """How a process ended: its status, which is less than zero after a signal, and what it printed."""

    status: int
    printed: str

    @property
    def answered(self) -> list[str]:
        """The components that were answered from the cache."""
        return [line[8:].split()[0] for line in self.printed.splitlines() if " cached in " in line]

    @property
    def done(self) -> list[str]:
        """The components that ran to their end."""
        return [line[8:].split()[0] for line in self.printed.splitlines() if " done in " in line]

    @property
    def last(self) -> str:
        """The component that started last."""
        return [line[8:].split()[0] for line in self.printed.splitlines() if line.endswith(" started")][-1]


def run_forked(flags: Sequence[str], log: Path, before: Callable[[], None] | None = None) -> Ended:
    """Runs `local_runner.py` to its end.

    Args:
        flags: Its command line.
        log: File that receives what it prints.
        before: Called in the new process first; must be picklable.
    """
    process = start_forked(flags, log, before)
    process.join()
    assert process.exitcode is not None
    return Ended(process.exitcode, log.read_text(encoding="utf-8"))


def start_forked(flags: Sequence[str], log: Path, before: Callable[[], None] | None = None) -> BaseProcess:
    """Starts what `run_forked` waits for."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED_BEFORE)
    process = context.Process(target=_run, args=[list(flags), log, before])
    process.start()
    return process


def _run(flags: list[str], log: Path, before: Callable[[], None] | None) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    # TFX parses it in mid-run.
    sys.argv = ["local_runner.py"]
    if before is not None:
        before()
    sys.exit(local_main(flags))
