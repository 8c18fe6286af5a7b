"""Follows a run on Kubeflow to its end, a line for each step that changes."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from console.command import ExitStatus
from core.errors import UserError, printable
from pipeline.ids import BLESSING_GATE

_SUCCEEDED, _FAILED = "SUCCEEDED", "FAILED"
_ENDED = frozenset({_SUCCEEDED, _FAILED, "CANCELED", "SKIPPED", "ERROR"})
# Kubeflow lists what it runs around every step too: the graph as a whole, `Trainer-driver`, `Trainer(0)`.
_OWN_STEP = re.compile(r"[A-Z][A-Za-z]*")
# A server may be restarted while a training goes on; this is a quarter of an hour with the default pause.
_MAX_FAILURES = 60


def follow(get_run: Callable[[], Any], pause_s: float) -> Any:
    """Waits for the end of a run, and prints a line for each step that changes; returns the run as it ended.

    Between two looks at it, by `get_run`, pass `pause_s` seconds.

    Raises:
        UserError: If the server does not answer any more.
    """
    states: dict[str, str] = {}
    failures = 0
    while True:
        try:
            run, failures = get_run(), 0
        except UserError as error:
            failures += 1
            if failures > _MAX_FAILURES:
                raise
            print(f"{error}; asking again ({failures} of {_MAX_FAILURES})", flush=True)
        else:
            for name, state in steps_of(run):
                if states.get(name) != state:
                    states[name] = state
                    print(step_line(name, state), flush=True)
            if run.state in _ENDED:
                return run
        time.sleep(pause_s)


def steps_of(run: Any) -> Iterator[tuple[str, str]]:
    """Yields the name and the state of each of a run's own steps."""
    for each in (run.run_details and run.run_details.task_details) or []:
        if each.state and _OWN_STEP.fullmatch(each.display_name or ""):
            yield each.display_name, each.state


def step_line(name: str, state: str) -> str:
    """Returns a step's line."""
    return printable(f"{name:<18}{state.lower()}")


def status_of(run: Any) -> ExitStatus:
    """Returns what an ended run means: done only where its model was blessed."""
    # A server's list may be old, or lack steps, when a run ends; but without a blessed model the gate fails a run.
    gate = dict(steps_of(run)).get(BLESSING_GATE)
    if run.state == _SUCCEEDED:
        return ExitStatus.NOT_BLESSED if gate == "SKIPPED" else ExitStatus.DONE
    return ExitStatus.NOT_BLESSED if gate == _FAILED else ExitStatus.FAILED
