"""Times calls in turn, so that a busy machine hits all that are compared alike."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Times:
    """What the calls of one way took.

    Attributes:
        seconds: float64 [rounds], by the clock.
        cpu_seconds: float64 [rounds], of all processors; other programs hardly change it.
    """

    seconds: np.ndarray
    cpu_seconds: np.ndarray


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int, warm_up: int) -> dict[str, Times]:
    """Returns what each way takes, by its name.

    Args:
        ways: What to call; in each round every one is called once, in this order.
        rounds: Number of timed rounds.
        warm_up: Number of rounds before them, in which graphs are traced and caches filled.
    """
    measured = np.array([[_timed(call) for call in ways.values()] for _ in range(warm_up + rounds)])[warm_up:]
    return {name: Times(measured[:, index, 0], measured[:, index, 1]) for index, name in enumerate(ways)}


def latency(times: Times) -> dict[str, float]:
    """Returns the milliseconds of a call: median and 99th percentile by the clock, and the processors' mean."""
    return {
        "median ms": 1e3 * float(np.median(times.seconds)),
        "p99 ms": 1e3 * float(np.percentile(times.seconds, 99)),
        "cpu ms": 1e3 * float(times.cpu_seconds.mean()),
    }


def throughput(times: Times, photos: int) -> dict[str, float]:
    """Returns the photos per second of the median round, and the processors' mean milliseconds per photo.

    Args:
        times: Of calls with a batch each.
        photos: Photos in the batch.
    """
    return {
        "photos/s": photos / float(np.median(times.seconds)),
        "cpu ms": 1e3 * float(times.cpu_seconds.mean()) / photos,
    }


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    started, started_cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - started, time.process_time() - started_cpu
