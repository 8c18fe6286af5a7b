"""The processes that draw letters end without a word, whatever handles signals in the process that made them."""

import multiprocessing
import signal

from pipeline.interrupts import interruptible
from sample.workers import leave_interrupts_to_parent


def _handlers() -> tuple[object, object]:
    return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)


def test_workers_do_not_take_over_what_their_parent_does_on_signals() -> None:
    with interruptible(), multiprocessing.get_context("fork").Pool(1, leave_interrupts_to_parent) as pool:
        assert pool.apply(_handlers) == (signal.SIG_IGN, signal.SIG_DFL)
