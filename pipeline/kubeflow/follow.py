"""Follows a run on Kubeflow to its end, a line for each step that changes."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from console.exit_status import ExitStatus
from core.errors import UserError, printable
from pipeline.ids import BLESSING_GATE

_SUCCEEDED, _FAILED = "SUCCEEDED", "FAILED"
ENDED = frozenset({_SUCCEEDED, _FAILED, "CANCELED", "SKIPPED", "ERROR"})
# Kubeflow lists what it runs around every step too.
_DRIVER_SUFFIX = "-driver"
# A server may be restarted while a training goes on; this is a quarter of an hour with the default pause.
_MAX_FAILURES = 60


def follow(
    get_run: Callable[[], Any],
    say: Callable[[str], None],
    pause_s: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Any:
    """Waits for the end of a run.

    Args:
        get_run: Returns the run as it is.
        say: Gets a line for each step that changed.
        pause_s: Between two looks, in seconds.
        sleep: How to wait.

    Returns:
        The run as it ended.

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
            say(f"{error}; asking again ({failures} of {_MAX_FAILURES})")
        else:
            for name, state in steps_of(run):
                if states.get(name) != state:
                    states[name] = state
                    say(step_line(name, state))
            if run.state in ENDED:
                return run
        sleep(pause_s)


def steps_of(run: Any) -> Iterator[tuple[str, str]]:
    """Yields the name and the state of each of a run's own steps."""
    details = (run.run_details and run.run_details.task_details) or []
    for each in details:
        name = each.display_name or ""
        # The graph as a whole, and what Argo adds within a step, have names in lower case.
        if each.state and name[:1].isupper() and not name.endswith(_DRIVER_SUFFIX):
            yield name, each.state


def step_line(name: str, state: str) -> str:
    """Returns a step's line."""
    return printable(f"{name:<18}{state.lower()}")


def status_of(run: Any) -> ExitStatus:
    """Returns what an ended run means: done only where its model was blessed."""
    states = dict(steps_of(run))
    if run.state == _SUCCEEDED:
        # A server may list no steps; but then a run without a blessed model would have failed at its gate.
        blessed = not states or states.get(BLESSING_GATE) == _SUCCEEDED
        return ExitStatus.DONE if blessed else ExitStatus.NOT_BLESSED
    return ExitStatus.NOT_BLESSED if states.get(BLESSING_GATE) == _FAILED else ExitStatus.FAILED
