"""One call in a process of its own."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from research.benchmarks.measure import in_fresh_process, measured

MIB = 2**20


def hold(mib: int) -> int:
    return len(b"\1" * (mib * MIB))


def spend(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def fail() -> None:
    raise ValueError("no")


def test_value_comes_back_from_another_process() -> None:
    assert in_fresh_process(os.getpid).value != os.getpid()


def test_peak_memory_is_that_of_the_call_and_not_of_this_process() -> None:
    ballast = b"\1" * (300 * MIB)
    small, large = in_fresh_process(hold, 1), in_fresh_process(hold, 100)
    del ballast
    assert small.peak_mib < 200
    assert 90 < large.peak_mib - large.before_mib < 130
    assert large.value == 100 * MIB


def test_sleep_takes_time_and_no_processor() -> None:
    measurement = measured(time.sleep, 0.2)
    assert measurement.seconds >= 0.2
    assert measurement.cpu_seconds < 0.1


def test_work_takes_processor_time() -> None:
    assert measured(spend, 0.2).cpu_seconds >= 0.2


def test_error_in_the_other_process_is_raised_here() -> None:
    with pytest.raises(ValueError, match="no"):
        in_fresh_process(fail)


def wait_long(started: Path) -> None:
    started.write_text(str(os.getpid()))
    time.sleep(60)


def measure_long(started: Path) -> None:
    in_fresh_process(wait_long, started)


def test_what_is_measured_ends_with_a_benchmark_that_is_killed(tmp_path: Path) -> None:
    started = tmp_path / "started"
    benchmark = multiprocessing.get_context("spawn").Process(target=measure_long, args=[started])
    benchmark.start()
    while not (started.exists() and started.read_text()):
        assert benchmark.is_alive()
        time.sleep(0.05)
    os.kill(benchmark.pid or 0, signal.SIGKILL)
    benchmark.join()
    deadline = time.monotonic() + 10
    while (running := Path(f"/proc/{started.read_text()}/stat").exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running
