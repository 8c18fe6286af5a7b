"""SIGINT and SIGTERM in a process of their own: the status, the time to sum up, and the end of that time."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.interrupts import Interrupted, interruptible

ROOT = Path(__file__).resolve().parent.parent.parent
# Waits for a signal in a loop that takes every Exception for a passing error, as libraries do.
PROGRAM = """
import sys, time
from pipeline import interrupts
interrupts._GRACE_SECONDS = 1.0
with interrupts.interruptible():
    try:
        print("ready", flush=True)
        while True:
            try:
                time.sleep(60)
            except Exception:
                pass
    except interrupts.Interrupted as interruption:
        {ending}
        print("summed up:", interruption, flush=True)
        status = interruption.status
sys.exit(status)
"""


def interrupted(ending: str, *signals: int) -> tuple[int, str]:
    command = [sys.executable, "-c", PROGRAM.format(ending=ending)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        for number in signals:
            process.send_signal(number)
            time.sleep(0.2)
        output = process.stdout.read()
    return process.returncode, output


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_ends_the_run_with_its_status_after_the_summary(number: int, status: int) -> None:
    assert interrupted("pass", number) == (status, f"summed up: {number.name}\n")


def test_second_signal_does_not_disturb_the_summary() -> None:
    ended = interrupted("time.sleep(0.6)", signal.SIGTERM, signal.SIGINT, signal.SIGTERM)
    assert ended == (143, "summed up: SIGTERM\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_summary_that_hangs_is_cut_off_with_the_same_status(number: int, status: int) -> None:
    assert interrupted("time.sleep(60)", number) == (status, "")


def test_handlers_of_before_are_back_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(ZeroDivisionError), interruptible():
        assert signal.getsignal(signal.SIGTERM) != before[1]
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_interruption_is_no_exception_that_a_library_would_swallow() -> None:
    assert not issubclass(Interrupted, Exception)
    assert str(Interrupted(signal.SIGTERM)) == "SIGTERM"
