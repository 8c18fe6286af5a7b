"""The standard streams of a command, whatever the terminal, the locale or the reader of the output is like."""

import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, TextIO

from console.exit_status import ExitStatus, by_signal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDIN, _STDOUT, _STDERR = range(3)
_Loss = Callable[[OSError], object]


def guard_streams(outlives_stdout: bool) -> None:
    """Sees to it that nothing that is printed ends in a traceback.

    What an encoding lacks is escaped; where nobody reads stdout any more, the command ends as other programs do,
    quietly and with SIGPIPE's status; where stdout cannot be written for another reason, with one line.

    Args:
        outlives_stdout: Whether the command goes on without stdout instead, after one line on stderr.
    """
    _open_closed()
    sys.stderr = _guarded(_STDERR, lambda error: None)
    sys.stdout = _guarded(_STDOUT, _tell if outlives_stdout else _end)


class _Stream(io.FileIO):
    """A standard stream: the first write that fails is told, and from then on what is written goes nowhere."""

    def __init__(self, descriptor: int, on_loss: _Loss):
        super().__init__(descriptor, "wb", closefd=False)
        self._on_loss = on_loss
        self._lost = False

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            if not self._lost:
                return super().write(data)
        except OSError as error:
            self._lost = True
            self._on_loss(error)
        return memoryview(data).nbytes


def _open_closed() -> None:
    """Opens what is closed of the three, lest the next file that a library opens be taken for it and written into."""
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            # The system gives the lowest number that is free.
            os.open(os.devnull, os.O_RDWR)


def _guarded(descriptor: int, on_loss: _Loss) -> TextIO:
    before = sys.stdout if descriptor == _STDOUT else sys.stderr
    if before is not None:
        with suppress(OSError):
            before.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Stream(descriptor, on_loss)),
        encoding=getattr(before, "encoding", None),
        errors="backslashreplace",
        line_buffering=descriptor == _STDERR or os.isatty(descriptor),
    )


def _tell(error: OSError) -> None:
    sys.stderr.write(f"stdout: cannot be written: {error.strerror}; the command goes on without it\n")


def _end(error: OSError) -> NoReturn:
    if isinstance(error, BrokenPipeError):
        raise SystemExit(by_signal(signal.SIGPIPE))
    sys.stderr.write(f"stdout: cannot be written: {error.strerror}\n")
    raise SystemExit(ExitStatus.USER_ERROR)
