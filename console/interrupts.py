"""SIGINT and SIGTERM end a command within seconds, with a line that says so, and leave it time to clean up."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

# From the signal on. A run has this long to write its summary; threads of Beam may keep a process alive for ever.
_GRACE_SECONDS = 4.0
# So long after an interruption was lost, the run is interrupted again.
_AGAIN_SECONDS = 0.05
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STDERR = 2
# What a run is told.
GOES_ON = "the same command goes on from here"
_Handler = Callable[[int, FrameType | None], None]


class Interrupted(BaseException):
    """A signal asked the run to end; no `except Exception` may take it for an error.

    Attributes:
        signal_number: SIGINT or SIGTERM.
        status: The exit status.
    """

    def __init__(self, signal_number: int):
        """Takes the signal's number."""
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number
        self.status = by_signal(signal_number)


@contextmanager
def interruptible(note: str | None = None) -> Iterator[None]:
    """Turns the first SIGINT or SIGTERM into `Interrupted`, and ends the process at the latest 4 s after it.

    The line on stderr is written at once. Further signals are ignored from then on, also after the `with` block:
    whoever presses Ctrl-C twice must not disturb the summary.

    Args:
        note: What the line says about going on, if anything.

    Raises:
        Interrupted: Also where a library turned it into an error of its own.
    """
    received: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        for each in _SIGNALS:
            # Not SIG_IGN: Python complains of a signal that came, and that is ignored so before Python handles it.
            signal.signal(each, lambda *_: None)
        if not received:
            received.append(number)
            _say(number, note)
            # Threads of libraries would tell that what they talked to is gone: Ctrl-C ends Beam's workers too.
            threading.excepthook = lambda problem: None
            logging.disable()
        raise Interrupted(number)

    with _deadline(received, note), _raised_again(interrupt), _handled_by(interrupt):
        try:
            yield
        except Exception:
            if received:
                raise Interrupted(received[0]) from None
            raise


def by_signal(number: int) -> int:
    """Returns the exit status of a command that a signal ended, by convention: 128 and the signal's number."""
    return 128 + number


@contextmanager
def uninterruptible() -> Iterator[None]:
    """Ignores SIGINT and SIGTERM: for the second that writing a summary takes."""
    with _handled_by(signal.SIG_IGN):
        yield


def _say(number: int, note: str | None) -> None:
    line = f"\nInterrupted by {signal.Signals(number).name}{'; ' if note else ''}{note or ''}.\n"
    # Not by print: the signal may have come while a line was being printed. Nobody may be there to read it.
    with suppress(OSError):
        os.write(_STDERR, line.encode())


@contextmanager
def _handled_by(handler: _Handler | signal.Handlers) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    interrupted = False
    try:
        yield
    except Interrupted:
        interrupted = True
        raise
    finally:
        for number, earlier in before.items():
            # After an interruption both are ignored to the end.
            if not interrupted and signal.getsignal(number) is handler:
                signal.signal(number, earlier)


@contextmanager
def _deadline(received: list[int], note: str | None) -> Iterator[None]:
    """Ends the process some time after a signal, also where a long call of a library keeps Python from handling it."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer)
    threading.Thread(target=_end_late, args=[reader, received, note], daemon=True).start()
    try:
        yield
    finally:
        if not received:
            signal.set_wakeup_fd(before)
            os.close(writer)


def _end_late(reader: int, received: list[int], note: str | None) -> None:
    # The system writes the number of each signal that Python handles; nothing comes where the pipe was closed.
    while number := os.read(reader, 1):
        if number[0] in _SIGNALS:
            time.sleep(_GRACE_SECONDS)
            if not received:
                _say(number[0], note)
                received.append(number[0])
            os._exit(by_signal(received[0]))
    os.close(reader)


@contextmanager
def _raised_again(interrupt: _Handler) -> Iterator[None]:
    """Interrupts once more where the interruption was raised in a finalizer, out of which Python lets no exception."""
    before = sys.unraisablehook

    def hook(lost: "sys.UnraisableHookArgs") -> None:
        if not isinstance(lost.exc_value, Interrupted):
            before(lost)
            return
        number = lost.exc_value.signal_number
        signal.signal(number, interrupt)
        threading.Timer(_AGAIN_SECONDS, os.kill, [os.getpid(), number]).start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
