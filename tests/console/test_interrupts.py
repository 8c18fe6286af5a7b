"""SIGINT and SIGTERM in a process of their own: the status, the time to sum up, and the end of that time."""

import signal
import subprocess
import sys
import time

import pytest

from console.interrupts import Interrupted, interruptible
from core.project import ROOT

# Waits for a signal in a loop that takes every Exception for a passing error, as libraries do.
PROGRAM = """
import sys, time
from console import interrupts
interrupts._GRACE_SECONDS = 1.0
with interrupts.interruptible(interrupts.GOES_ON):
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


def line(number: signal.Signals) -> str:
    return f"\nInterrupted by {number.name}; the same command goes on from here.\n"


def interrupted(ending: str, *signals: int) -> tuple[int, str]:
    return ended_by(PROGRAM.format(ending=ending), *signals)


def ended_by(program: str, *signals: int) -> tuple[int, str]:
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        for number in signals:
            process.send_signal(number)
            time.sleep(0.2)
        output = process.stdout.read()
    return process.returncode, output


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_ends_the_run_with_its_status_after_the_summary(number: int, status: int) -> None:
    assert interrupted("pass", number) == (status, f"{line(number)}summed up: {number.name}\n")


def test_threads_of_libraries_say_nothing_after_a_signal() -> None:
    ending = "import logging, threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()"
    ending += "; logging.error('lost')"
    assert interrupted(ending, signal.SIGTERM) == (143, f"{line(signal.SIGTERM)}summed up: SIGTERM\n")


def test_second_signal_does_not_disturb_the_summary() -> None:
    ended = interrupted("time.sleep(0.6)", signal.SIGTERM, signal.SIGINT, signal.SIGTERM)
    assert ended == (143, f"{line(signal.SIGTERM)}summed up: SIGTERM\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_summary_that_hangs_is_cut_off_with_the_same_status(number: int, status: int) -> None:
    assert interrupted("time.sleep(60)", number) == (status, line(number))


def test_handlers_of_before_are_back_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(ZeroDivisionError), interruptible():
        assert signal.getsignal(signal.SIGTERM) != before[1]
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_interruption_is_no_exception_that_a_library_would_swallow() -> None:
    assert not issubclass(Interrupted, Exception)
    assert str(Interrupted(signal.SIGTERM)) == "SIGTERM"


def test_interruption_that_is_lost_in_a_finalizer_comes_again_without_a_word() -> None:
    program = """
import os, sys, time
from console.command import command_main
class Slow:
    def __del__(self):
        os.write(1, b"ready\\n")
        time.sleep(1)
def main():
    Slow()
    time.sleep(60)
sys.exit(command_main(main, "the same command goes on from here"))
"""
    assert ended_by(program, signal.SIGINT) == (130, line(signal.SIGINT))


def test_interruption_that_a_library_turned_into_an_error_is_still_one() -> None:
    program = """
import os, sys, time
from console.command import command_main
def main():
    try:
        os.write(1, b"ready\\n")
        time.sleep(60)
    except BaseException:
        raise RuntimeError("failed") from None
sys.exit(command_main(main, "the same command goes on from here"))
"""
    assert ended_by(program, signal.SIGTERM) == (143, line(signal.SIGTERM))


def test_call_that_no_signal_interrupts_is_cut_off_with_the_line() -> None:
    program = """
import ctypes, os, sys
from console import interrupts
from console.command import command_main
interrupts._GRACE_SECONDS = 1.0
def main():
    lock, mutex = ctypes.CDLL(None).pthread_mutex_lock, ctypes.create_string_buffer(64)
    lock(mutex)
    os.write(1, b"ready\\n")
    lock(mutex)
sys.exit(command_main(main, "the same command goes on from here"))
"""
    assert ended_by(program, signal.SIGINT, signal.SIGINT) == (130, line(signal.SIGINT))


def test_signals_after_the_summary_are_ignored_to_the_end() -> None:
    program = PROGRAM.format(ending="pass").replace("sys.exit(status)", "time.sleep(0.6); sys.exit(status)")
    ended = ended_by(program, signal.SIGINT, signal.SIGINT, signal.SIGTERM)
    assert ended == (130, f"{line(signal.SIGINT)}summed up: SIGINT\n")


def test_signals_that_come_during_one_long_call_are_one_interruption() -> None:
    program = """
import ctypes, os, sys, threading, time
from console.command import command_main
def main():
    library, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(64)
    library.pthread_mutex_lock(mutex)
    # Both signals come while the main thread is in the call.
    threading.Timer(1, lambda: os.write(1, b"ready\\n")).start()
    threading.Timer(3, library.pthread_mutex_unlock, [mutex]).start()
    library.pthread_mutex_lock(mutex)
    time.sleep(60)
sys.exit(command_main(main, "the same command goes on from here"))
"""
    assert ended_by(program, signal.SIGTERM, signal.SIGINT) == (130, line(signal.SIGINT))
