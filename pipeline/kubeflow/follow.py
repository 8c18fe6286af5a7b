"""Follows a run on Kubeflow to its end, a line for each step that starts or ends."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from console.command import ExitStatus
from core.errors import UserError
from pipeline.ids import BLESSING_GATE
from pipeline.kubeflow.steps import CANCELED, FAILED, SUCCEEDED, lines_of, steps_of

ENDED = frozenset({SUCCEEDED, FAILED, CANCELED, "SKIPPED", "ERROR"})
# A server may be restarted while a training goes on; this is a quarter of an hour with the default pause.
_MAX_FAILURES = 60


def follow(get_run: Callable[[], Any], pipeline: Mapping[str, Any], namespace: str, pause_s: float) -> Any:
    """Waits for the end of a run, and prints what happens in it; returns the run as it ended.

    Args:
        get_run: Looks at it.
        pipeline: See `lines_of`.
        namespace: Likewise.
        pause_s: Between two looks.

    Raises:
        UserError: If the server does not answer any more.
    """
    told: set[str] = set()
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
            for line in lines_of(run, pipeline, namespace, datetime.now(timezone.utc)):
                if line not in told:
                    told.add(line)
                    print(line, flush=True)
            if run.state in ENDED:
                return run
        time.sleep(pause_s)


def status_of(run: Any) -> ExitStatus:
    """Returns what an ended run means: done only where its model was blessed."""
    # A server's list may be old, or lack steps, when a run ends; but without a blessed model the gate fails a run.
    gate = {step.name: step.state for step in steps_of(run)}.get(BLESSING_GATE)
    if run.state == SUCCEEDED:
        return ExitStatus.NOT_BLESSED if gate == "SKIPPED" else ExitStatus.DONE
    return ExitStatus.NOT_BLESSED if gate == FAILED else ExitStatus.FAILED


def doubt_of(run: Any) -> str:
    """Returns what is to be said of an ended run whose steps the server did not list to the end, else nothing."""
    steps = steps_of(run)
    if run.state == SUCCEEDED:
        complete = steps and all(step.ended for step in steps)
    else:
        complete = any(step.state not in {SUCCEEDED, "RUNNING", "PENDING"} for step in steps)
    return "" if complete else "; the server's list of its steps is older, and how they ended is unknown"
