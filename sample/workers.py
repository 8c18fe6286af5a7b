"""What a worker process does of signals and of its parent's end. Imports nothing heavy."""

import multiprocessing
import os
import signal
import threading


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
