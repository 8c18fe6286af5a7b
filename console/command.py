"""What holds for the process of every command: streams, signals, one-line errors, Keras 3. Imports nothing heavy."""

import functools
import os
import signal
import sys
from collections.abc import Callable
from typing import ParamSpec

from console.exit_status import ExitStatus, by_signal
from console.interrupts import Interrupted, interruptible
from console.keras_version import use_keras_3
from console.streams import guard_streams
from core.errors import UserError

_Arguments = ParamSpec("_Arguments")


def command_main(main: Callable[[], int], note: str | None = None, *, outlives_stdout: bool = False) -> int:
    """Calls a command's main function and returns its exit status.

    Nothing that is printed ends in a traceback (`guard_streams`); SIGINT and SIGTERM end the command with a line and
    their status; what a person has to mend is one line; `tf.keras` is Keras 3.

    Args:
        main: Returns its exit status: `Interrupted.status` where it handled an interruption itself.
        note: What a person is told about going on after an interruption.
        outlives_stdout: Whether the command goes on without stdout where that cannot be written, after one line.
    """
    guard_streams(outlives_stdout)
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
