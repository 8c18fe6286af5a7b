"""What `submit`, `schedule`, `status` and `cancel` ask of a server, and what they print."""

from pathlib import Path

import pytest

from core.errors import UserError
from tests.pipeline.kubeflow.fake_api_server import FakeApiServer
from tests.pipeline.kubeflow.runner_calls import TOKEN, VARIABLE, call, refused, write_package_file


def test_submit_prints_where_the_run_is(server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture) -> None:
    done = call(capsys, "submit", package, "--host", f"{server.host}/")
    (run,) = server.kept["runs"]
    assert (done.status, done.err) == (0, "")
    assert done.out == f"Run {run}: {server.host}/#/runs/details/{run}\n"


def test_unchanged_package_is_uploaded_once(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    for _ in range(2):
        assert call(capsys, "submit", package, "--host", server.host).status == 0
    assert server.count("POST /pipelines/upload_version") == 1
    references = [run["pipeline_version_reference"] for run in server.kept["runs"].values()]
    assert len(references) == 2
    assert references[0] == references[1]


def test_changed_package_is_a_new_version_of_the_same_pipeline(
    server: FakeApiServer, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    for epochs in (3, 4):
        assert call(capsys, "submit", write_package_file(tmp_path, epochs), "--host", server.host).status == 0
    assert [each["display_name"] for each in server.kept["pipelines"].values()] == ["russian-letters"]
    versions = [run["pipeline_version_reference"]["pipeline_version_id"] for run in server.kept["runs"].values()]
    assert versions == list(server.kept["versions"])
    assert b"defaultValue: 3" in server.uploads[-2]
    assert b"defaultValue: 4" in server.uploads[-1]


def test_settings_of_a_run_arrive_typed(server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture) -> None:
    parameters = ["--param", "train_epochs=20", "--param", "train_learning_rate=1", "--param", "data=gs://b/a=b"]
    places = ["--pipeline-root", "minio://bucket/root", "--service-account", "trainer"]
    flags = [*parameters, *places, "--experiment", "night", "--name", "first"]
    assert call(capsys, "submit", package, "--host", server.host, *flags).status == 0
    (run,) = server.kept["runs"].values()
    values = run["runtime_config"]["parameters"]
    assert values == {"train_epochs": 20, "train_learning_rate": 1.0, "data": "gs://b/a=b"}
    assert [type(values[name]) for name in ("train_epochs", "train_learning_rate")] == [int, float]
    assert run["runtime_config"]["pipeline_root"] == "minio://bucket/root"
    assert (run["service_account"], run["display_name"]) == ("trainer", "first")
    assert server.kept["experiments"][run["experiment_id"]]["display_name"] == "night"


def test_experiment_is_made_once(server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture) -> None:
    for _ in range(2):
        call(capsys, "submit", package, "--host", server.host)
    assert [each["display_name"] for each in server.kept["experiments"].values()] == ["russian-letters"]


@pytest.mark.parametrize(
    ("cron", "fields"), [("0 3 * * *", "0 0 3 * * *"), ("30 0 3 * * MON", "30 0 3 * * MON")], ids=["five", "six"]
)
def test_schedule_is_sent_in_six_fields_and_one_run_at_a_time(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture, cron: str, fields: str
) -> None:
    done = call(capsys, "schedule", package, "--host", server.host, "--cron", cron, "--param", "train_epochs=9")
    ((identity, schedule),) = server.kept["recurringruns"].items()
    assert (done.status, done.err) == (0, "")
    assert done.out == f"Schedule {identity}: {server.host}/#/recurringrun/details/{identity}\n"
    assert schedule["trigger"] == {"cron_schedule": {"cron": fields}}
    assert (schedule["max_concurrency"], schedule["no_catchup"], schedule["mode"]) == (1, True, "ENABLE")
    assert schedule["runtime_config"]["parameters"] == {"train_epochs": 9}
    assert schedule["display_name"] == f"russian-letters {cron}"


def test_schedule_of_a_name_that_is_there_is_refused(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    flags = ["schedule", package, "--host", server.host, "--cron", "0 3 * * *", "--name", "nightly"]
    assert call(capsys, *flags).status == 0
    advice = "choose another --name, or delete it in the UI"
    assert refused(capsys, *flags) == f"{server.host}: russian-letters has a schedule 'nightly'; {advice}"
    assert len(server.kept["recurringruns"]) == 1


def test_same_schedule_name_in_another_experiment_is_taken(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    for experiment in ("a", "b"):
        flags = ["--cron", "0 3 * * *", "--name", "nightly", "--experiment", experiment]
        assert call(capsys, "schedule", package, "--host", server.host, *flags).status == 0
    assert len(server.kept["recurringruns"]) == 2


def test_status_tells_what_happened_in_the_projects_own_steps(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    call(capsys, "submit", package, "--host", server.host)
    (run,) = server.kept["runs"]
    own = {"LetterExampleGen": "SUCCEEDED", "Trainer": "RUNNING"}
    added = {"root": "RUNNING", "Trainer-driver": "SUCCEEDED", "Trainer(0)": "RUNNING", "letters-abc12": "RUNNING"}
    server.script = [("RUNNING", {**added, **own})]
    done = call(capsys, "status", run, "--host", server.host)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "[ 1/2] LetterExampleGen  started",
        "[ 1/2] LetterExampleGen  done in 6 s",
        "[ 2/2] Trainer           started",
        f"Run {run}: running",
    ]


def test_status_of_a_run_whose_pipeline_was_deleted_counts_no_steps(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    call(capsys, "submit", package, "--host", server.host)
    (run,) = server.kept["runs"]
    server.kept["versions"].clear()
    server.script = [("RUNNING", {"Trainer": "RUNNING"})]
    done = call(capsys, "status", run, "--host", server.host)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("[ 1/?] Trainer           started\n")


@pytest.mark.parametrize("state", [None, "RUNTIME_STATE_UNSPECIFIED"])
def test_run_that_no_controller_has_seen_is_pending(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture, state: str | None
) -> None:
    server.kept["runs"]["run-1"] = {"run_id": "run-1"}
    server.script = [(state, {})]
    assert call(capsys, "status", "run-1", "--host", server.host).out == "Run run-1: pending\n"


def test_run_that_was_cancelled_is_not_called_failed(server: FakeApiServer, capsys: pytest.CaptureFixture) -> None:
    server.kept["runs"]["run-1"] = {"run_id": "run-1"}
    history = [{"state": state} for state in ("RUNNING", "CANCELING", "FAILED")]
    server.recorded = {"state": "FAILED", "state_history": history}
    assert call(capsys, "status", "run-1", "--host", server.host).out.startswith("Run run-1: canceled")


def test_cancel_ends_the_run(server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture) -> None:
    call(capsys, "submit", package, "--host", server.host)
    (run,) = server.kept["runs"]
    done = call(capsys, "cancel", run, "--host", server.host)
    assert (done.status, done.out, done.err) == (0, f"Run {run}: will be ended\n", "")
    assert server.terminated == [run]


@pytest.mark.parametrize(
    ("state", "told"), [("SUCCEEDED", "has ended already (succeeded)"), ("CANCELING", "will be ended")]
)
def test_cancel_does_not_ask_for_what_the_server_refuses(
    server: FakeApiServer, capsys: pytest.CaptureFixture, state: str, told: str
) -> None:
    server.kept["runs"]["run-1"] = {"run_id": "run-1"}
    server.script = [(state, {})]
    done = call(capsys, "cancel", "run-1", "--host", server.host)
    assert (done.status, done.out, done.err) == (0, f"Run run-1: {told}\n", "")
    assert server.terminated == []


@pytest.mark.parametrize("command", ["status", "cancel"])
def test_unknown_run_is_one_line(server: FakeApiServer, capsys: pytest.CaptureFixture, command: str) -> None:
    line = refused(capsys, command, "run-9", "--host", server.host)
    assert line.startswith(f"{server.host}: cannot ")
    assert "run-9: not found; check the id, and the address" in line


@pytest.mark.parametrize("token", [f"{TOKEN}\nmore", f"{TOKEN}ё"], ids=["line break", "not ASCII"])
def test_token_that_no_header_can_have_is_not_quoted(
    guarded: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv(VARIABLE, token)
    line = refused(capsys, "status", "run-1", "--host", guarded.host, "--token-env", VARIABLE)
    assert line.startswith(f"--token-env {VARIABLE}: no token")
    assert TOKEN not in line
    assert guarded.asked == []


def test_line_break_at_the_end_of_a_token_does_no_harm(
    guarded: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"{TOKEN}\n")
    guarded.kept["runs"]["run-1"] = {"run_id": "run-1"}
    assert call(capsys, "status", "run-1", "--host", guarded.host, "--token-env", VARIABLE).status == 0


@pytest.mark.parametrize("value", [None, "", " \n"], ids=["missing", "empty", "blank"])
def test_variable_without_a_token_is_one_line(
    guarded: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(VARIABLE)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    line = refused(capsys, "status", "run-1", "--host", guarded.host, "--token-env", VARIABLE)
    assert line.startswith(f"--token-env {VARIABLE}: there is no such variable")
    assert guarded.asked == []


def _warnings(
    host: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, *flags: str
) -> tuple[str, list[str]]:
    """Returns what was told before a server was asked, and the servers that would have been asked."""
    asked = []

    def refuse(host: str, *_: object) -> None:
        asked.append(host)
        raise UserError("stop")

    monkeypatch.setenv(VARIABLE, TOKEN)
    monkeypatch.setattr("pipeline.kubeflow.client.Cluster", refuse)
    done = call(capsys, "status", "run-1", "--host", host, *flags)
    assert done.err.endswith("stop\n")
    return done.err.removesuffix("stop\n"), asked


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("http://kubeflow.example", "http://kubeflow.example"),
        ("HTTP://10.0.0.7:8080/pipeline", "HTTP://10.0.0.7:8080/pipeline"),
        ("http://localhost.example.org", "http://localhost.example.org"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]:80"),
        ("http://me:secret@kubeflow.example/?key=secret", "http://kubeflow.example/"),
    ],
)
def test_token_that_the_network_can_read_is_warned_of(
    host: str, shown: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, asked = _warnings(host, capsys, monkeypatch, "--token-env", VARIABLE)
    assert told == f"Warning: --host {shown}: http:// lets anyone on the way read the token; use https://\n"
    assert asked == [host]


@pytest.mark.parametrize(
    "host",
    ["https://kubeflow.example", "kubeflow.example", "http://localhost:8080", "http://127.0.0.53", "http://[::1]:8080"],
)
def test_token_that_nobody_on_the_way_can_read_is_not_warned_of(
    host: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _warnings(host, capsys, monkeypatch, "--token-env", VARIABLE) == ("", [host])


def test_no_token_no_warning(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _warnings("http://kubeflow.example", capsys, monkeypatch) == ("", ["http://kubeflow.example"])
