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

import pandas as pd

from console.logs import set_up_logs
from console.shortage import memory_mib, peak_memory_mib
from core.errors import UserError


@dataclass(frozen=True)
class Measurement:
    """What one call returned, and what it took: seconds by the clock, and memory (resident set) of the process.

    Attributes:
        cpu_seconds: Of all processors, of the process and of its children that have ended.
        peak_mib: The largest memory, with the libraries that are imported.
        before_mib: The memory just before the call.
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

    Raises:
        UserError: Of the same words as what the function raises, whatever its class.
    """
    # A new interpreter and not a fork, which would begin with the memory of this process.
    # Warnings are filtered there anew, before the function's module is imported.
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_prepare) as pool:
        return pool.submit(_measured_there, function, *args).result()


def _measured_there(function: Callable[..., Any], *args: Any) -> Measurement:
    try:
        return measured(function, *args)
    except UserError as error:
        # Of this class itself: some below it cannot be passed from one process to another.
        raise UserError(str(error)) from None


def _prepare() -> None:
    set_up_logs(verbose=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Else a step goes on for hours after a benchmark that was killed.
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
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


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int, warm_up: int) -> dict[str, pd.DataFrame]:
    """Returns what each way takes, by its name.

    Args:
        ways: What to call; in each round every one is called once, in this order.
        rounds: Number of timed rounds.
        warm_up: Number of rounds before them, in which graphs are traced and caches filled.

    Returns:
        Tables of a row for each timed round: `seconds` by the clock, and `cpu_seconds` of all processors, which other
        programs hardly change.
    """
    rows = [{name: _timed(call) for name, call in ways.items()} for _ in range(warm_up + rounds)][warm_up:]
    return {name: pd.DataFrame([row[name] for row in rows], columns=["seconds", "cpu_seconds"]) for name in ways}


def latency(times: pd.DataFrame) -> dict[str, float]:
    """Returns the milliseconds of a call: median and 99th percentile by the clock, and the processors' mean."""
    return {
        "median ms": 1e3 * times["seconds"].median(),
        "p99 ms": 1e3 * times["seconds"].quantile(0.99),
        "cpu ms": 1e3 * times["cpu_seconds"].mean(),
    }


def throughput(times: pd.DataFrame, photos: int) -> dict[str, float]:
    """Returns the photos per second of the median call with a batch, and the processors' mean ms per photo."""
    return {"photos/s": photos / times["seconds"].median(), "cpu ms": 1e3 * times["cpu_seconds"].mean() / photos}


def _timed(call: Callable[[], object]) -> tuple[float, float]:
    started, started_cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - started, time.process_time() - started_cpu
