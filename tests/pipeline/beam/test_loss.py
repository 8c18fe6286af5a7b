"""What an engine says of a job that it gave up becomes one line, with the cause in it."""

import pytest

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


def test_advice_promises_only_what_the_command_keeps() -> None:
    with pytest.raises(UserError, match=r"; look at its log, then run again$"), loss_told("flink", kept=""):
        raise RuntimeError("Pipeline job-7 failed in state FAILED: of old")


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match=r"^something else$"), loss_told("flink"):
        raise RuntimeError("something else")


def test_direct_engine_has_no_job_to_lose() -> None:
    with pytest.raises(RuntimeError, match=r"^Pipeline job-7 failed"), loss_told("direct"):
        raise RuntimeError("Pipeline job-7 failed in state FAILED: of old")
