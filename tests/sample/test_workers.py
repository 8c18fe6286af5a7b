"""The processes that draw letters end without a word, whatever handles signals in the process that made them."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from console.interrupts import interruptible
from sample.errors import SampleError
from sample.workers import in_processes, leave_interrupts_to_parent
from sample.writer import write_sample


def _handlers() -> tuple[object, object]:
    return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)


def test_workers_do_not_take_over_what_their_parent_does_on_signals() -> None:
    with interruptible(), multiprocessing.get_context("fork").Pool(1, leave_interrupts_to_parent) as pool:
        assert pool.apply(_handlers) == (signal.SIG_IGN, signal.SIG_DFL)


def _slow_double(number: int) -> int:
    time.sleep(0.01 * (5 - number))
    return 2 * number


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(in_processes(_slow_double, range(5), 3)) == [0, 2, 4, 6, 8]


def _fail_at_one(number: int) -> int:
    if number == 1:
        raise SampleError("no such font")
    return number


def test_error_in_a_worker_is_raised_here() -> None:
    results = in_processes(_fail_at_one, range(4), 2)
    assert next(results) == 0
    with pytest.raises(SampleError, match="no such font"):
        next(results)


def test_more_workers_than_items_do_no_harm() -> None:
    assert list(in_processes(_slow_double, range(2), 5)) == [0, 2]


def _die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_killed_worker_ends_the_work_after_what_was_done_before() -> None:
    results = in_processes(_die_at_three, range(6), 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SampleError, match="a process that drew letters was killed"):
        next(results)


def _die_while_sending(number: int) -> bytes:
    if number == 0:
        return b""
    # A pipe holds less, and nobody reads it yet.
    threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGKILL]).start()
    return bytes(2**22)


def test_worker_that_is_killed_while_it_sends_is_told_of_too() -> None:
    before = set(multiprocessing.active_children())
    results = in_processes(_die_while_sending, range(2), 2)
    assert next(results) == b""
    for worker in set(multiprocessing.active_children()) - before:
        worker.join(30)
    with pytest.raises(SampleError, match="a process that drew letters was killed"):
        next(results)


def _kill_itself(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_sample_of_which_a_process_is_killed_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sample.encode.draw_photo", _kill_itself)
    with pytest.raises(SampleError, match="run the same again"):
        write_sample(tmp_path / "new", per_letter=1, workers=2)
    assert list(tmp_path.iterdir()) == []


def _sleep_after_the_first(number: int) -> int:
    time.sleep(60 * (number > 0))
    return number


def test_work_that_nobody_waits_for_any_more_is_ended() -> None:
    before, started = set(multiprocessing.active_children()), time.monotonic()
    results = in_processes(_sleep_after_the_first, range(9), 2)
    assert next(results) == 0
    results.close()
    assert time.monotonic() - started < 30
    assert set(multiprocessing.active_children()) <= before
