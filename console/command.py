"""What holds for the process of every command: streams, signals, one-line errors, Keras 3. Imports nothing heavy."""

import functools
import io
import os
import re
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TextIO

from console.interrupts import Interrupted, by_signal, interruptible
from core.errors import UserError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDIN, _STDOUT, _STDERR = range(3)
# Variables that change what is computed begin so.
_FOREIGN = ("KERAS_", "TF_", "XLA_", "ONEDNN_", "DNNL_", "MKL_", "NPY_", "PANDAS_", "NVIDIA_TF32_", "SCIPY_")
# But these, which are about logs, memory, threads, and where CUDA lies.
_KEPT = re.compile(r"TF_CPP_|TF_GPU_|TF_FORCE_GPU_|TF_CUDA|\w*_THREADS$")
_CUDA_FLAG = "--xla_gpu_cuda_data_dir="
_Arguments = ParamSpec("_Arguments")


class ExitStatus(IntEnum):
    """How a command ended; signals give 130 and 143."""

    DONE = 0
    FAILED = 1
    USER_ERROR = 2
    NOT_BLESSED = 3


def command_main(main: Callable[[], int], note: str | None = None, *, outlives_stdout: bool = False) -> int:
    """Calls a command's main function and returns its exit status.

    Nothing that is printed ends in a traceback: what an encoding lacks is escaped; where nobody reads stdout any more,
    the command ends as other programs do, quietly and with SIGPIPE's status; where stdout cannot be written for another
    reason, with one line. SIGINT and SIGTERM end the command with a line and their status; what a person has to mend is
    one line; `tf.keras` is Keras 3.

    Args:
        main: Returns its exit status: `Interrupted.status` where it handled an interruption itself.
        note: What a person is told about going on after an interruption.
        outlives_stdout: Whether the command goes on without stdout instead, after one line on stderr.
    """
    _open_closed()
    sys.stderr = _guarded(_STDERR, lambda error: None)
    sys.stdout = _guarded(_STDOUT, _tell if outlives_stdout else _end)
    if sys.flags.optimize > 1:
        sys.stderr.write("PYTHONOPTIMIZE=2, or -OO: TensorFlow cannot do without docstrings; unset it\n")
        return ExitStatus.USER_ERROR
    use_keras_3()
    try:
        with interruptible(note):
            status = one_line_errors(main)()
    except Interrupted as interruption:
        status = interruption.status
    finally:
        # Here, where a failure is told, and not at Python's end.
        sys.stdout.flush()
    if status in (by_signal(signal.SIGINT), by_signal(signal.SIGTERM)):
        # Not by Python's own end: to wait for Beam's threads and take TensorFlow's graphs apart may need many seconds.
        os._exit(status)
    return status


def one_line_errors(main: Callable[_Arguments, int]) -> Callable[_Arguments, int]:
    """Has a main function tell a `UserError` in one line on stderr, and return status 2 for it."""

    @functools.wraps(main)
    def told(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> int:
        try:
            return main(*args, **kwargs)
        except UserError as error:
            sys.stderr.write(f"{error}\n")
            return ExitStatus.USER_ERROR

    return told


def use_keras_3() -> None:
    """Makes `tf.keras` Keras 3, on TensorFlow.

    Importing TensorFlow Transform sets `TF_USE_LEGACY_KERAS=1` where the variable is unset, which turns
    `tf.keras` into Keras 2. Every program of the project calls this first. What a person set for other programs, in
    variables or in Keras's file in the home folder, would change what is learnt, unseen by the cache, and is passed
    over.

    Raises:
        RuntimeError: If TensorFlow was imported already with another choice, which cannot be undone.
    """
    if "tensorflow" in sys.modules and os.environ.get("TF_USE_LEGACY_KERAS") not in (None, "0"):
        raise RuntimeError("use_keras_3() must be called before TensorFlow is imported")
    cuda = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if flag.startswith(_CUDA_FLAG)]
    for name in [name for name in os.environ if name.startswith(_FOREIGN) and not _KEPT.match(name)]:
        del os.environ[name]
    os.environ |= {"XLA_FLAGS": " ".join(cuda)} if cuda else {}
    os.environ["TF_USE_LEGACY_KERAS"] = "0"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    # A folder in which Keras finds no keras.json, and can write none.
    os.environ["KERAS_HOME"] = os.devnull


class _Stream(io.FileIO):
    """A standard stream: the first write that fails is told, and from then on what is written goes nowhere."""

    def __init__(self, descriptor: int, on_loss: Callable[[OSError], object]):
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


def _guarded(descriptor: int, on_loss: Callable[[OSError], object]) -> TextIO:
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
