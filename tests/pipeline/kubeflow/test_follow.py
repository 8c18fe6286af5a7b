"""Following a run: what is printed, when it ends, and which exit status the end means."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from kfp_server_api import V2beta1PipelineTaskDetail, V2beta1Run, V2beta1RunDetails

from core.errors import UserError
from pipeline.kubeflow.follow import follow, status_of
from tests.pipeline.kubeflow.fake_api_server import FakeApiServer, hang_up, page, refusal
from tests.pipeline.kubeflow.runner_calls import Done, call, write_package_file

_ADDED = {"root": "RUNNING", "Trainer-driver": "SUCCEEDED", "russian-letters-abc12": "RUNNING"}
_DONE = {"Trainer": "SUCCEEDED", "BlessingGate": "SUCCEEDED"}


@pytest.fixture
def wait(server: FakeApiServer, tmp_path: Path, capsys: pytest.CaptureFixture) -> Callable[[], Done]:
    package = write_package_file(tmp_path)
    return lambda: call(capsys, "submit", package, "--host", server.host, "--wait", "--pause", "0")


def test_wait_prints_a_line_as_each_step_starts_and_ends(server: FakeApiServer, wait: Callable[[], Done]) -> None:
    running = ("RUNNING", {**_ADDED, "Trainer": "RUNNING"})
    server.script = [("PENDING", {}), running, running, ("SUCCEEDED", {**_ADDED, **_DONE})]
    done = wait()
    (run,) = server.kept["runs"]
    assert (done.status, done.err) == (0, "")
    # The package has no steps of its own.
    assert done.out.splitlines()[1:] == [
        "[ 1/?] Trainer           started",
        "[ 1/?] Trainer           done in 6 s",
        "[ 2/?] BlessingGate      started",
        "[ 2/?] BlessingGate      done in 6 s",
        f"Run {run}: succeeded",
    ]


def test_run_that_succeeded_is_blessed_though_the_servers_list_of_its_steps_is_old(
    server: FakeApiServer, wait: Callable[[], Done]
) -> None:
    recorded = json.loads((Path(__file__).parent / "succeeded_with_stale_steps.json").read_text())
    server.recorded = {key: recorded[key] for key in ("state", "run_details", "state_history")}
    done = wait()
    (run,) = server.kept["runs"]
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1:] == [
        "[ 1/?] CuratedSchema     started",
        "[ 2/?] LetterExampleGen  started",
        "[ 1/?] CuratedSchema     done in 75 s",
        "[ 2/?] LetterExampleGen  done in 86 s",
        "[ 3/?] Trainer           started",
        "[ 3/?] Trainer           done in 92 s",
        "[ 4/?] Baseline          started",
        "[ 5/?] Inspector         started",
        "[ 4/?] Baseline          done in 72 s",
        f"Run {run}: succeeded; the server's list of its steps is older, and how they ended is unknown",
    ]


@pytest.mark.parametrize(
    ("state", "steps", "status"),
    [
        ("SUCCEEDED", _DONE, 0),
        ("SUCCEEDED", {}, 0),
        ("SUCCEEDED", {"Trainer": "SUCCEEDED", "Evaluator": "RUNNING"}, 0),
        ("FAILED", {"Trainer": "SUCCEEDED", "BlessingGate": "FAILED"}, 3),
        ("FAILED", {"Trainer": "FAILED"}, 1),
        ("FAILED", {"Trainer": "RUNNING"}, 1),
        ("CANCELED", {"Trainer": "CANCELED"}, 1),
    ],
    ids=["blessed", "no steps listed", "old list", "not blessed", "step failed", "failed, old list", "canceled"],
)
def test_end_of_a_run_is_the_exit_status(
    server: FakeApiServer, wait: Callable[[], Done], state: str, steps: Mapping[str, str], status: int
) -> None:
    server.script = [(state, steps)]
    done = wait()
    assert (done.status, done.err) == (status, "")
    last = done.out.splitlines()[-1]
    assert f": {state.lower()}" in last
    assert ("unknown" in last) == ("RUNNING" in steps.values() or not steps)


@pytest.mark.parametrize("fault", [refusal(500), page(502), page(200), hang_up], ids=["500", "502", "login", "dropped"])
def test_server_that_fails_for_a_while_is_asked_again(
    server: FakeApiServer, wait: Callable[[], Done], fault: Callable[[Any], None]
) -> None:
    # The client itself tries a dropped connection three times more.
    server.fail("GET /runs", fault, times=8)
    server.script = [("SUCCEEDED", _DONE)]
    done = wait()
    assert (done.status, done.err) == (0, "")
    again = [line for line in done.out.splitlines() if "asking again" in line]
    assert len(again) == (2 if fault is hang_up else 8)
    assert all(line.startswith(f"{server.host}: cannot look up the run") for line in again)


def test_server_that_stays_away_ends_the_waiting(server: FakeApiServer, wait: Callable[[], Done]) -> None:
    server.fail("GET /runs", refusal(500))
    done = wait()
    assert done.status == 2
    assert done.out.count("asking again") == 60
    assert done.err.count("\n") == 1
    assert done.err.startswith(f"{server.host}: cannot look up the run")


def _run(state: str, **steps: str) -> V2beta1Run:
    started = datetime(2026, 11, 28, tzinfo=timezone.utc)
    details = [
        V2beta1PipelineTaskDetail(display_name=name, state=each, start_time=started) for name, each in steps.items()
    ]
    return V2beta1Run(run_id="run-1", state=state, run_details=V2beta1RunDetails(task_details=details))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each pause, none of which is made."""
    made: list[float] = []
    monkeypatch.setattr("time.sleep", made.append)
    return made


def test_only_failures_in_a_row_are_counted(pauses: list[float], capsys: pytest.CaptureFixture) -> None:
    looks = iter([*[None, "RUNNING"] * 100, "SUCCEEDED"])

    def get_run() -> V2beta1Run:
        state = next(looks)
        if state is None:
            raise UserError("away")
        return _run(state)

    assert follow(get_run, {}, "kubeflow", pause_s=7).state == "SUCCEEDED"
    assert set(capsys.readouterr().out.splitlines()) == {"away; asking again (1 of 60)"}
    assert pauses == [7] * 200


def test_follow_does_not_pause_after_the_end(pauses: list[float]) -> None:
    follow(lambda: _run("FAILED"), {}, "kubeflow", pause_s=7)
    assert pauses == []


def test_run_that_skipped_its_gate_has_no_blessed_model() -> None:
    assert status_of(_run("SUCCEEDED", Trainer="SUCCEEDED", BlessingGate="SKIPPED")) == 3
