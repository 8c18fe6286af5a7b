"""What an engine says of a job that it gave up becomes one line, with the cause in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from apache_beam.runners.portability.portable_runner import PipelineResult

from core.errors import UserError
from pipeline.beam.loss import loss_told

# As Beam's workers write it: the error comes last.
_TRACEBACK = """bundle inst001 stage-001 failed:Traceback (most recent call last):
  File "core.py", line 2086, in <lambda>
    wrapper = lambda x: [fn(x)]
TypeError: no integer [while running 'Map(index)']
"""


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("worker[1] didn't get control connection", "worker[1] didn't get control connection"),
        ("panic: send on closed channel\ngoroutine 614 [running]:", "panic: send on closed channel"),
        (_TRACEBACK, "TypeError: no integer [while running 'Map(index)']"),
        ("", ""),
    ],
)
def test_reason_is_the_line_that_says_what_happened(message: str, reason: str) -> None:
    with pytest.raises(UserError) as told, loss_told("flink"):
        raise RuntimeError(f"Pipeline job-7 failed in state FAILED: {message}")
    assert str(told.value) == (
        f"--beam flink: the engine gave up a job (FAILED: {reason}); look at its log, then run again: "
        "what is done is kept"
    )


def test_cure_that_the_engine_names_is_not_cut_off() -> None:
    # Flink's words.
    said = (
        "java.io.IOException: Insufficient number of network buffers: required 17, but only 8 available. The total "
        "number of network buffers is currently set to 4096 of 32768 bytes each. You can increase this number by "
        "setting the configuration keys 'taskmanager.memory.network.fraction', 'taskmanager.memory.network.min', and "
        "'taskmanager.memory.network.max'."
    )
    with pytest.raises(UserError) as told, loss_told("flink"):
        raise RuntimeError(f"Pipeline job-7 failed in state FAILED: {said}\n\tat org.apache.flink.X")
    assert f"(FAILED: {said});" in str(told.value)


def test_cause_that_only_a_task_manager_knows_is_sought_there() -> None:
    told = "look at the log of each task manager, which alone has the cause"
    with pytest.raises(UserError, match=told), loss_told("flink"):
        raise RuntimeError("Pipeline job-7 failed in state FAILED: java.lang.IllegalStateException: call is closed")


class _JobService:
    def __init__(self) -> None:
        self.cancelled: list[str] = []

    def Cancel(self, request: Any, timeout: float) -> None:
        assert timeout < 4
        self.cancelled.append(request.job_id)


def _states(error: BaseException) -> Iterator[Any]:
    raise error
    yield


@pytest.mark.parametrize(("error", "cancelled"), [(KeyboardInterrupt(), ["job-7"]), (RuntimeError("lost"), [])])
def test_job_is_cancelled_where_the_wait_for_it_is_interrupted(error: BaseException, cancelled: list[str]) -> None:
    service = _JobService()
    result = PipelineResult(service, "job-7", iter(()), _states(error))
    with pytest.raises(type(error)), loss_told("flink"):
        result.wait_until_finish()
    assert service.cancelled == cancelled
    assert "wait_or_cancel" not in PipelineResult.wait_until_finish.__name__


def test_advice_promises_only_what_the_command_keeps() -> None:
    with pytest.raises(UserError, match=r"; look at its log, then run again$"), loss_told("flink", kept=""):
        raise RuntimeError("Pipeline job-7 failed in state FAILED: of old")


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match=r"^something else$"), loss_told("flink"):
        raise RuntimeError("something else")


def test_direct_engine_has_no_job_to_lose() -> None:
    with pytest.raises(RuntimeError, match=r"^Pipeline job-7 failed"), loss_told("direct"):
        raise RuntimeError("Pipeline job-7 failed in state FAILED: of old")
