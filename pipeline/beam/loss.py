"""A job that its engine lost or gave up ends the run in one line; this module is imported beside TFX."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import grpc
from apache_beam.portability.api import beam_job_api_pb2
from apache_beam.runners.portability.portable_runner import PipelineResult

from core.errors import UserError
from pipeline.beam.engines import JOB_SERVER_ENGINES

# Beam's portable runner raises a plain RuntimeError with these words.
_GIVEN_UP = re.compile(r"Pipeline \S+ failed in state (\w+): (.*)", re.DOTALL)
_TRACEBACK = "Traceback (most recent call last)"
# Flink's own advice comes after 300 letters.
_REASON_LENGTH = 1000
# What Flink says where a worker or a task manager died; the cause is in none of what it tells the job.
_CLOSED = "call is closed"
# Of an interrupted command, which has 4 s to end.
_CANCEL_SECONDS = 2.0


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
        with _cancelled_where_interrupted():
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
        log = "the log of each task manager, which alone has the cause" if _CLOSED in reason else "its log"
        raise UserError(_line(engine, f"the engine gave up a job ({found[1]}: {reason})", kept, log)) from None


def _line(engine: str, what: str, kept: str, log: str = "its log") -> str:
    return f"--beam {engine}: {what}; look at {log}, then run again{kept}"


@contextmanager
def _cancelled_where_interrupted() -> Iterator[None]:
    """Has the engine end a job where the wait for it is interrupted; Beam leaves it running, with its slots."""
    wait = PipelineResult.wait_until_finish

    def wait_or_cancel(self: PipelineResult, duration: int | None = None) -> str:
        try:
            return str(wait(self, duration))
        except Exception:
            raise
        except BaseException:
            request = beam_job_api_pb2.CancelJobRequest(job_id=self._job_id)
            with suppress(grpc.RpcError):
                # Not `cancel`, which waits as long as jobs may take.
                self._job_service.Cancel(request, timeout=_CANCEL_SECONDS)
            raise

    PipelineResult.wait_until_finish = wait_or_cancel
    try:
        yield
    finally:
        PipelineResult.wait_until_finish = wait


def _without_streams(hook: Callable[[threading.ExceptHookArgs], object]) -> Callable[[threading.ExceptHookArgs], None]:
    """Returns a hook that says nothing of lost connections: Beam reads a job's messages in a thread of its own.

    It stays after a loss, since that thread may then still be about to end.
    """

    def told(problem: threading.ExceptHookArgs) -> None:
        if not issubclass(problem.exc_type, grpc.RpcError):
            hook(problem)

    return told
