"""What holds for the process of every command: its standard streams, and Ctrl-C. Imports nothing heavy."""

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


def command_main(main: Callable[[], int], *, outlives_stdout: bool = False) -> int:
    """Calls a command's main function and returns its exit status.

    Whatever the terminal, the locale or the reader of the output is like, nothing that is printed ends in a traceback:
    what an encoding lacks is escaped; where nobody reads stdout any more, the command ends as other programs do,
    quietly and with SIGPIPE's status; where stdout cannot be written for another reason, with one line.

    Args:
        main: Returns its exit status.
        outlives_stdout: Whether the command goes on without stdout instead, after one line on stderr.
    """
    _open_closed()
    sys.stderr = _guarded(_STDERR, lambda error: None)
    sys.stdout = _guarded(_STDOUT, _tell if outlives_stdout else _end)
    if sys.flags.optimize > 1:
        sys.stderr.write("PYTHONOPTIMIZE=2, or -OO: TensorFlow cannot do without docstrings; unset it\n")
        return ExitStatus.USER_ERROR
    try:
        return main()
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        # Not by Python's own end: threads of libraries may keep a process alive for ever.
        os._exit(by_signal(signal.SIGINT))
    finally:
        # Here, where a failure is told, and not at Python's end.
        sys.stdout.flush()


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
