"""SIGINT and SIGTERM end a run within seconds, with a summary."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# A run has this long to write its summary; threads of Beam may keep a process alive for ever.
_GRACE_SECONDS = 4.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """A signal asked the run to end; no `except Exception` may take it for an error.

    Attributes:
        signal_number: SIGINT or SIGTERM.
    """

    def __init__(self, signal_number: int):
        """Takes the signal's number."""
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number

    @property
    def status(self) -> int:
        """The exit status by convention: 128 and the signal's number."""
        return 128 + self.signal_number


@contextmanager
def interruptible() -> Iterator[None]:
    """Turns the first SIGINT or SIGTERM into `Interrupted`, and ends the process at the latest 4 s later."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        for handled in _SIGNALS:
            signal.signal(handled, signal.SIG_IGN)
        timer = threading.Timer(_GRACE_SECONDS, os._exit, [128 + number])
        timer.daemon = True
        timer.start()
        raise Interrupted(number)

    with _handled_by(interrupt):
        yield


@contextmanager
def uninterruptible() -> Iterator[None]:
    """Ignores SIGINT and SIGTERM: for the second that writing a summary takes."""
    with _handled_by(signal.SIG_IGN):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
