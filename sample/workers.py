"""Worker processes: what becomes of them and of their work when they or their parent end. Imports nothing heavy."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from sample.errors import SampleError

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_processes(function: Callable[[_Item], _Result], items: Sequence[_Item], workers: int) -> Iterator[_Result]:
    """Yields what a function returns for each item, in their order, from worker processes.

    Each worker has every so manieth item and a pipe of its own: of `multiprocessing.Pool`, what a killed process was at
    never comes, and `ProcessPoolExecutor` cannot be ended in the middle of its work.

    Args:
        function: What a worker calls; an exception of its is raised here.
        items: Its arguments.
        workers: The number of processes.

    Raises:
        SampleError: If one of them is killed.
    """
    begun = [_start(function, items[number::workers]) for number in range(min(workers, len(items)))]
    try:
        for number in range(len(items)):
            result, error = _received(begun[number % workers][1])
            if error:
                raise error
            yield result
    finally:
        for process, results in begun:
            process.terminate()
            process.join()
            results.close()


def _received(results: Connection) -> tuple[Any, Exception | None]:
    try:
        return results.recv()
    # An OSError if the worker had sent a part of it.
    except (EOFError, OSError):
        raise SampleError(
            "a process that drew letters was killed, perhaps for want of memory; run the same again"
        ) from None


def _start(function: Callable[[_Item], _Result], items: Sequence[_Item]) -> tuple[BaseProcess, Connection]:
    # Forked workers need not import the caller's main module again, which may import TFX for 16 s.
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=[function, items, sender], daemon=True)
    process.start()
    # Here and in the workers to come, so that the pipe ends with its worker.
    sender.close()
    return process, receiver


def _work(function: Callable[[Any], Any], items: Sequence[Any], sender: Connection) -> None:
    depend_on_parent()
    for item in items:
        try:
            sender.send((function(item), None))
        except Exception as error:
            sender.send((None, error))


def depend_on_parent() -> None:
    """Prepares a worker: its parent's signals and its parent's end are the worker's end too."""
    leave_interrupts_to_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends the worker when its parent is killed: a forked worker holds whatever lock its parent held."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def leave_interrupts_to_parent() -> None:
    """Keeps a worker from printing a traceback on Ctrl-C, or when the parent ends it, which is by SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A forked worker has the parent's handler, which may raise, and tells the parent of signals.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
