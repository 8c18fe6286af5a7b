"""What a server tells of a run's steps, as lines: one as each starts and one as it ends, in order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.errors import printable
from pipeline.kubeflow.pods import asked_for

SUCCEEDED, FAILED, CANCELED = "SUCCEEDED", "FAILED", "CANCELED"
_PENDING, _RUNNING, _CANCELING = "PENDING", "RUNNING", "CANCELING"
_NOT_SET = "RUNTIME_STATE_UNSPECIFIED"
# Kubeflow lists what it runs around every step too: the graph as a whole, `Trainer-driver`, `Trainer(0)`.
_OWN_STEP = re.compile(r"[A-Z][A-Za-z]*")
_POD = re.compile(r"(executor|\S+-driver)(\(\d+\))?")
# Longer than a node with room takes to start a pod.
_PATIENCE = timedelta(seconds=30)
# A step and its pod are made one after the other, and times are whole seconds.
_TOGETHER = timedelta(seconds=2)
_ENDINGS = {SUCCEEDED: "done in", FAILED: "failed after", "ERROR": "failed after", CANCELED: "canceled after"}


@dataclass(frozen=True)
class Step:
    """One of a run's own steps.

    Attributes:
        name: The component's id.
        state: As the server has it.
        started: When it did.
        ended: When it did; None before.
        reason: Why it failed, where the server tells it.
    """

    name: str
    state: str
    started: datetime
    ended: datetime | None
    reason: str


def steps_of(run: Any) -> list[Step]:
    """Returns a run's own steps, in the order in which they started."""
    found = [
        Step(each.display_name, each.state, each.start_time, _time(each.end_time), _reason(each))
        for each in _listed(run)
        if each.state not in {None, _NOT_SET} and _time(each.start_time) and _OWN_STEP.fullmatch(each.display_name)
    ]
    return sorted(found, key=lambda step: (step.started, step.name))


def state_of(run: Any) -> str:
    """Returns what state a run is in, `pending` where no controller has seen it yet."""
    state = run.state or _NOT_SET
    # Kubeflow calls a run that somebody ended failed.
    if state == FAILED and any(each.state in {_CANCELING, CANCELED} for each in run.state_history or []):
        state = CANCELED
    return printable((_PENDING if state == _NOT_SET else state).lower())


def lines_of(run: Any, pipeline: Mapping[str, Any], namespace: str, now: datetime) -> list[str]:
    """Returns the lines of what happened in a run until now; what was returned once is so again.

    Args:
        run: The server's answer.
        pipeline: The specification of its pipeline; empty where it is not known.
        namespace: Of the pods.
        now: The time.
    """
    steps = steps_of(run)
    total = len(pipeline.get("root", {}).get("dag", {}).get("tasks", {})) or "?"
    events = []
    for number, step in enumerate(steps, 1):
        place = f"[{number:2}/{total}] {step.name:17}"
        events.append((step.started, 1, number, f"{place} started"))
        if step.ended and step.state in _ENDINGS:
            seconds = (step.ended - step.started).total_seconds()
            how = f"{_ENDINGS[step.state]} {seconds:.0f} s{_why(step, run, namespace)}"
            # What ends in a second comes before what starts in it.
            events.append((step.ended, 0, number, f"{place} {how}"))
    told = [line for *_, line in sorted(events)]
    return [printable(line) for line in (*told, *_waiting(run, steps, pipeline, namespace, now))]


def _waiting(run: Any, steps: list[Step], pipeline: Mapping[str, Any], namespace: str, now: datetime) -> Iterator[str]:
    for each in _listed(run):
        pod = _POD.fullmatch(each.display_name)
        if not pod or each.state != _PENDING or not _time(each.start_time) or now - each.start_time < _PATIENCE:
            continue
        names = [pod[1]]
        if pod[1] == "executor":
            # That it is of this step is told nowhere, but it was made with it.
            running = [step for step in steps if step.state == _RUNNING]
            names = [step.name for step in running if abs(step.started - each.start_time) <= _TOGETHER]
        what = " or ".join(f"{name}{asked_for(pipeline, name)}" for name in names)
        advice = f"kubectl --namespace {namespace} describe pods --selector pipeline/runid={run.run_id}"
        yield f"{what} waits for a node with room, or for its image: {advice}"


def _why(step: Step, run: Any, namespace: str) -> str:
    if step.state == SUCCEEDED:
        return ""
    # The entrypoint's line begins with the step's name; the launcher writes some more after it.
    logs = f"kubectl --namespace {namespace} logs --selector pipeline/runid={run.run_id} --container main --tail=-1"
    reason = f": {step.reason}" if step.reason else ""
    return f"{reason}; its log says why: {logs} | grep '^{step.name}: '"


def _listed(run: Any) -> list[Any]:
    return [each for each in (run.run_details and run.run_details.task_details) or [] if each.display_name]


def _time(time: datetime | None) -> datetime | None:
    """Returns a time, None where it is Go's or Unix's zero."""
    return time if time and time.year > datetime.fromtimestamp(0).year else None


def _reason(task: Any) -> str:
    errors = [task.error, *(each.error for each in task.state_history or [])]
    return " ".join(next((each.message for each in errors if each and each.message), "").split())
