"""What a server lists of a run's steps, as lines for people."""

from datetime import datetime, timedelta, timezone

import pytest
from kfp_server_api import V2beta1PipelineTaskDetail, V2beta1Run, V2beta1RunDetails

from pipeline.kubeflow.steps import lines_of

_START = datetime(2026, 11, 28, 21, tzinfo=timezone.utc)
_PIPELINE = {
    "root": {"dag": {"tasks": {name: {"componentRef": {"name": "comp"}} for name in ("Trainer", "Pusher")}}},
    "components": {"comp": {"executorLabel": "exec"}},
    "deploymentSpec": {"executors": {"exec": {"container": {"resources": {"cpuLimit": 3.0, "memoryLimit": 6.0}}}}},
}


def _task(name: str, state: str, started: float = 0, ended: float | None = None) -> V2beta1PipelineTaskDetail:
    at = [_START + timedelta(seconds=each) if each is not None else None for each in (started, ended)]
    return V2beta1PipelineTaskDetail(display_name=name, state=state, start_time=at[0], end_time=at[1])


def _lines(*tasks: V2beta1PipelineTaskDetail, after: float = 100, pipeline: dict | None = None) -> list[str]:
    run = V2beta1Run(run_id="run-1", run_details=V2beta1RunDetails(task_details=list(tasks)))
    return lines_of(run, _PIPELINE if pipeline is None else pipeline, "team", _START + timedelta(seconds=after))


def test_lines_come_in_the_order_of_time_whatever_the_servers_is() -> None:
    pusher, trainer = _task("Pusher", "SUCCEEDED", 60, 61), _task("Trainer", "SUCCEEDED", 0, 60)
    assert _lines(pusher, trainer) == [
        "[ 1/2] Trainer           started",
        "[ 1/2] Trainer           done in 60 s",
        "[ 2/2] Pusher            started",
        "[ 2/2] Pusher            done in 1 s",
    ]


@pytest.mark.parametrize("pod", ["executor(0)", "executor"])
def test_pod_that_waits_for_room_says_so_within_a_minute_with_what_it_asks_for(pod: str) -> None:
    tasks = [_task("Trainer", "RUNNING"), _task("Trainer(0)", "RUNNING"), _task(pod, "PENDING", 1)]
    assert len(_lines(*tasks, after=20)) == 1
    told = _lines(*tasks, after=60)[-1]
    assert told.startswith("Trainer (asks for 3 cores and 6 GB) waits for a node with room")
    assert told.endswith("kubectl --namespace team describe pods --selector pipeline/runid=run-1")


def test_steps_that_started_together_are_both_named() -> None:
    running = [_task(name, "RUNNING") for name in ("Trainer", "Pusher")]
    pods = [_task("executor(0)", "PENDING"), _task("executor(0)", "RUNNING")]
    assert _lines(*running, *pods, pipeline={})[-1].startswith("Pusher or Trainer waits for a node with room")


def test_driver_that_waits_is_told() -> None:
    assert _lines(_task("Trainer-driver(0)", "PENDING"))[-1].startswith("Trainer-driver waits for a node with room")


def test_pod_that_runs_does_not_wait() -> None:
    assert len(_lines(_task("Trainer", "RUNNING"), _task("executor(0)", "RUNNING"))) == 1


def test_failed_step_says_how_to_see_why() -> None:
    told = _lines(_task("Trainer", "FAILED", 0, 12))[-1]
    assert told.startswith(
        "[ 1/2] Trainer           failed after 12 s; its log says why: kubectl --namespace team logs "
    )
    assert "--selector pipeline/runid=run-1 " in told
    assert told.endswith("| grep '^Trainer: '")


def test_reason_that_the_server_tells_is_in_the_line() -> None:
    task = _task("Trainer", "FAILED", 0, 12)
    task.error = type("Error", (), {"message": "OOMKilled\n(exit code 137)"})()
    assert "failed after 12 s: OOMKilled (exit code 137); its log" in _lines(task)[-1]


@pytest.mark.parametrize("pipeline", [{}, {"root": {}}, {"root": {"dag": {"tasks": {"Trainer": {}}}}}])
def test_anybodys_pipeline_is_taken(pipeline: dict) -> None:
    assert len(_lines(_task("Trainer", "RUNNING"), _task("executor", "PENDING"), pipeline=pipeline)) == 2
