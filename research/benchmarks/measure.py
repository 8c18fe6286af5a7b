"""Measures calls: one in a process of its own, with its memory, or several in turn, so that a busy machine hits all."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any

import numpy as np

from console.logs import set_up_logs
from console.shortage import memory_mib, peak_memory_mib


@dataclass(frozen=True)
class Measurement:
    """What one call took.

    Attributes:
        value: What it returned.
        seconds: By the clock.
        cpu_seconds: Of all processors, of the process and of its children that have ended.
        peak_mib: The process's largest memory (its resident set), with the libraries it has imported.
        before_mib: Its memory just before the call.
    """

    value: Any
    seconds: float
    cpu_seconds: float
    peak_mib: float
    before_mib: float


def in_fresh_process(function: Callable[..., Any], *args: Any) -> Measurement:
    """Returns what `function(*args)` takes in a new Python process; importing its module is not counted.

    The new process imports the main module again, so that imports of libraries there count as memory.

    Args:
        function: A function at the top of a module.
        *args: Its arguments; these and the value must be picklable.
    """
    # A new interpreter and not a fork, which would begin with the memory of this process.
    # Warnings are filtered there anew, before the function's module is imported.
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_prepare) as pool:
        return pool.submit(measured, function, *args).result()


def _prepare() -> None:
    set_up_logs(verbose=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Else a step goes on for hours after a benchmark that was killed.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def measured(function: Callable[..., Any], *args: Any) -> Measurement:
    """Returns what `function(*args)` takes in this process, whose memory may have been larger before."""
    before = memory_mib("VmRSS")
    started, started_cpu = time.perf_counter(), _cpu_seconds()
    value = function(*args)
    seconds, cpu_seconds = time.perf_counter() - started, _cpu_seconds() - started_cpu
    return Measurement(value, seconds, cpu_seconds, peak_memory_mib(), before)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


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
