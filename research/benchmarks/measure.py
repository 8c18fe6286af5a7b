"""Measures one call in a process of its own: time, processor time and peak memory."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any

from console.logs import set_up_logs
from console.memory import memory_mib, peak_memory_mib


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
