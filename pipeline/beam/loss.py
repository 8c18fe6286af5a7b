"""A job that its engine lost or gave up ends the run in one line; this module is imported beside TFX."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc

from core.errors import UserError
from pipeline.beam.engines import JOB_SERVER_ENGINES

# Beam's portable runner raises a plain RuntimeError with these words.
_GIVEN_UP = re.compile(r"Pipeline \S+ failed in state (\w+): (.*)", re.DOTALL)
_TRACEBACK = "Traceback (most recent call last)"
_REASON_LENGTH = 200


@contextmanager
def loss_told(engine: str, kept: str = ": what is done is kept") -> Iterator[None]:
    """Turns the loss of an engine's job into one line, which ends with the advice to run again and what is kept.

    Raises:
        UserError: If the job server went away, or the engine gave a job up.
    """
    if engine not in JOB_SERVER_ENGINES:
        yield
        return
    previous_hook, threading.excepthook = threading.excepthook, _without_streams(threading.excepthook)
    try:
        yield
        threading.excepthook = previous_hook
    except grpc.RpcError as error:
        status = error.code().name if isinstance(error, grpc.Call) else type(error).__name__
        raise UserError(_line(engine, f"the job server was lost in the middle of a job ({status})", kept)) from None
    except RuntimeError as error:
        found = _GIVEN_UP.match(str(error))
        if not found:
            raise
        lines = [line for line in found[2].splitlines() if line.strip()] or [found[2]]
        # The line that says what happened: the first, but of a worker's traceback the last.
        reason = lines[-1 if _TRACEBACK in found[2] else 0][:_REASON_LENGTH]
        raise UserError(_line(engine, f"the engine gave up a job ({found[1]}: {reason})", kept)) from None


def _line(engine: str, what: str, kept: str) -> str:
    return f"--beam {engine}: {what}; look at its log, then run again{kept}"


def _without_streams(hook: Callable[[threading.ExceptHookArgs], object]) -> Callable[[threading.ExceptHookArgs], None]:
    """Returns a hook that says nothing of lost connections: Beam reads a job's messages in a thread of its own.

    It stays after a loss, since that thread may then still be about to end.
    """

    def told(problem: threading.ExceptHookArgs) -> None:
        if not issubclass(problem.exc_type, grpc.RpcError):
            hook(problem)

    return told
