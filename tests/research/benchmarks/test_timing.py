"""Timing: who is called, in which order, and what the figures are made of; never how long anything takes."""

import numpy as np
import pytest

from research.benchmarks.timing import Times, interleaved, latency, throughput

TIMES = Times(np.arange(1, 101) / 1000, np.full(100, 0.002))


def test_ways_are_called_in_turn_and_warm_up_is_not_counted() -> None:
    calls: list[str] = []
    times = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=2)
    assert calls == ["a", "b"] * 5
    assert {name: (len(of.seconds), len(of.cpu_seconds)) for name, of in times.items()} == {"a": (3, 3), "b": (3, 3)}


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
    times = Times(np.array([0.5, 9.0, 0.25]), np.array([0.1, 0.2, 0.3]))
    assert throughput(times, 100) == pytest.approx({"photos/s": 200.0, "cpu ms": 2.0})
