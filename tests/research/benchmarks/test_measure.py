"""One call in a process of its own, and several in turn; never how long anything takes."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from research.benchmarks.measure import in_fresh_process, interleaved, latency, measured, throughput

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


TIMES = pd.DataFrame({"seconds": np.arange(1, 101) / 1000, "cpu_seconds": 0.002})


def test_ways_are_called_in_turn_and_warm_up_is_not_counted() -> None:
    calls: list[str] = []
    times = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=2)
    assert calls == ["a", "b"] * 5
    assert {name: of.shape for name, of in times.items()} == {"a": (3, 2), "b": (3, 2)}


def test_each_way_has_its_own_times(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def wait(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    monkeypatch.setattr("time.process_time", lambda: clock[0] / 2)
    times = interleaved({"a": lambda: wait(1.0), "b": lambda: wait(4.0)}, rounds=2, warm_up=1)
    assert (times["a"].seconds.tolist(), times["b"].seconds.tolist()) == ([1.0, 1.0], [4.0, 4.0])
    assert times["b"].cpu_seconds.tolist() == [2.0, 2.0]


def test_latency_is_in_milliseconds() -> None:
    assert latency(TIMES) == pytest.approx({"median ms": 50.5, "p99 ms": 99.01, "cpu ms": 2.0})


def test_throughput_is_that_of_the_median_round() -> None:
    times = pd.DataFrame({"seconds": [0.5, 9.0, 0.25], "cpu_seconds": [0.1, 0.2, 0.3]})
    assert throughput(times, 100) == pytest.approx({"photos/s": 200.0, "cpu ms": 2.0})
