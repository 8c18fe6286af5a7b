"""Every way in which a server fails or refuses is one line that names it and says what to do."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from pipeline.kubeflow import client
from tests.pipeline.kubeflow.fake_api_server import FakeApiServer, Fault, hang_up, page, refusal, silence
from tests.pipeline.kubeflow.runner_calls import TOKEN, VARIABLE, call, refused, write_package_file

# The requests of each command, and whether its answer has an identity to miss.
_REQUESTS = {
    "GET /healthz": ("status", True),
    "GET /pipelines": ("submit", False),
    "POST /pipelines/upload": ("submit", True),
    "POST /pipelines/upload_version": ("submit", True),
    "GET /experiments": ("submit", False),
    "POST /experiments": ("submit", True),
    "POST /runs": ("submit", True),
    "GET /recurringruns": ("schedule", False),
    "POST /recurringruns": ("schedule", True),
    "GET /runs": ("status", True),
    "POST /runs/run-1:terminate": ("cancel", False),
}
_FAULTS: dict[str, tuple[Fault, str]] = {
    "401": (refusal(401), "give a valid token with --token-env"),
    "403": (refusal(403), "check the token of --token-env, and --namespace"),
    "404": (refusal(404), "check the id, and the address"),
    "409": (refusal(409), "try again, or choose another --name"),
    "500": (refusal(500), "500 Internal Server Error; try again later, or look at its log"),
    "page": (page(502), "502 Bad Gateway; try again later, or look at its log"),
    "dropped": (hang_up, "no answer .*; is the address right, and the port forwarded"),
}


def _arguments(command: str, package: Path, server: FakeApiServer) -> list[Any]:
    server.kept["runs"]["run-1"] = {"run_id": "run-1"}
    own = {"submit": [package], "schedule": [package, "--cron", "0 3 * * *"]}
    return [command, *own.get(command, ["run-1"]), "--host", server.host]


@pytest.mark.parametrize("fault", _FAULTS)
@pytest.mark.parametrize("asked", _REQUESTS)
def test_fault_is_one_line_with_the_host_and_what_to_do(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture, asked: str, fault: str
) -> None:
    answer, advice = _FAULTS[fault]
    server.fail(asked, answer)
    line = refused(capsys, *_arguments(_REQUESTS[asked][0], package, server))
    assert line.startswith(f"{server.host}: cannot ")
    assert re.search(advice, line)


@pytest.mark.parametrize("asked", [asked for asked, (_, has_identity) in _REQUESTS.items() if has_identity])
def test_login_page_is_not_taken_for_an_answer(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture, asked: str
) -> None:
    server.fail(asked, page(200))
    line = refused(capsys, *_arguments(_REQUESTS[asked][0], package, server))
    assert line.startswith(f"{server.host}: cannot ")
    assert "check the address, and the token of --token-env" in line


@pytest.mark.parametrize("asked", ["GET /healthz", "POST /pipelines/upload_version", "POST /runs", "GET /runs"])
def test_server_that_does_not_answer_is_given_up(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.3)
    server.fail(asked, silence)
    line = refused(capsys, *_arguments(_REQUESTS[asked][0], package, server))
    assert line.startswith(f"{server.host}: cannot ")
    assert "no answer (ReadTimeoutError)" in line
    # A request that makes something may have made it: it is not sent again.
    assert server.count(asked) == (4 if asked.startswith("GET") else 1)


def test_servers_own_words_are_told(server: FakeApiServer, capsys: pytest.CaptureFixture) -> None:
    server.fail("GET /runs", refusal(500, "Failed to get a run: \tdatabase is locked\r\n\tat run.go:12"))
    assert "(Failed to get a run: database is locked)" in refused(capsys, *_arguments("status", Path(), server))


def test_words_of_a_refused_upload_are_told(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    # Uploads go past the gateway that makes the other refusals.
    body = json.dumps({"error_message": "Failed to parse the file", "error_details": "line 1\nline 2"})
    server.fail("POST /pipelines/upload", lambda handler: handler.send(400, "text/plain", body))
    line = refused(capsys, *_arguments("submit", package, server))
    assert line.endswith("the server answers 400 Bad Request (Failed to parse the file)")


def test_closed_port_is_one_line(capsys: pytest.CaptureFixture) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{listener.getsockname()[1]}"
    line = refused(capsys, "status", "run-1", "--host", host)
    assert line.startswith(f"{host}: cannot ask for its health: no answer (NewConnectionError)")


@pytest.mark.parametrize("host", ["", "http://", "http://[::1", "ftp://127.0.0.1", "http://127.0.0.1:99999"])
def test_host_that_is_no_address_is_one_line(capsys: pytest.CaptureFixture, host: str) -> None:
    assert "is the address right" in refused(capsys, "status", "run-1", "--host", host)


def test_host_without_a_scheme_is_asked_by_https(server: FakeApiServer, capsys: pytest.CaptureFixture) -> None:
    host = server.host.removeprefix("http://")
    line = refused(capsys, "status", "run-1", "--host", host)
    assert line.startswith(f"https://{host}: cannot ask for its health: no answer (SSLError)")


def test_server_for_several_users_needs_a_namespace(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture
) -> None:
    server.namespaces = frozenset({"team"})
    line = refused(capsys, *_arguments("submit", package, server))
    assert line == f"{server.host}: serves several users; say whose pipelines with --namespace"


# The second is the client's own default, which it does not keep.
@pytest.mark.parametrize("namespace", ["team", "kubeflow"])
def test_namespace_goes_with_what_is_made(
    server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture, namespace: str
) -> None:
    server.namespaces = frozenset({namespace})
    assert call(capsys, *_arguments("submit", package, server), "--namespace", namespace).status == 0
    made = [*server.kept["pipelines"].values(), *server.kept["experiments"].values()]
    assert [each["namespace"] for each in made] == [namespace, namespace]


def test_unknown_namespace_is_one_line(server: FakeApiServer, package: Path, capsys: pytest.CaptureFixture) -> None:
    server.namespaces = frozenset({"team"})
    line = refused(capsys, *_arguments("submit", package, server), "--namespace", "other")
    assert line.startswith(f"{server.host}: cannot upload")
    assert "check the token of --token-env, and --namespace" in line
    assert "not authorized in 'other'" in line


def test_token_goes_with_every_request_and_into_no_output(
    guarded: FakeApiServer, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    guarded.script = [("SUCCEEDED", {})]
    flags = ["--host", guarded.host, "--token-env", VARIABLE, "--wait"]
    done = call(capsys, "submit", write_package_file(tmp_path), *flags)
    assert (done.status, done.err) == (0, "")
    assert guarded.authorizations == {f"Bearer {TOKEN}"}
    assert TOKEN not in done.out


@pytest.mark.parametrize("fault", [refusal(401), refusal(403), refusal(500), page(502)])
def test_token_is_in_no_error_line(guarded: FakeApiServer, capsys: pytest.CaptureFixture, fault: object) -> None:
    guarded.fail("GET /runs", fault)
    assert TOKEN not in refused(capsys, "status", "run-1", "--host", guarded.host, "--token-env", VARIABLE)


def test_wrong_token_says_which_flag_to_mend(
    guarded: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "expired")
    line = refused(capsys, "status", "run-1", "--host", guarded.host, "--token-env", VARIABLE)
    assert line.startswith(f"{guarded.host}: cannot ask for its health: who you are is not known")
    assert "--token-env" in line
    assert "expired" not in line


def test_password_in_an_address_is_in_no_output(server: FakeApiServer, capsys: pytest.CaptureFixture) -> None:
    scheme, _, rest = server.host.partition("://")
    for host in (f"{scheme}://user:hunter2@{rest}", "http://user:hunter2@127.0.0.1:1"):
        done = call(capsys, "status", "no-such-run", "--host", host)
        assert done.status == 2
        assert "hunter2" not in done.out + done.err
        assert "127.0.0.1" in done.err


def test_host_beyond_a_proxy_is_asked_through_it_and_no_other(
    server: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.kept["runs"]["run-1"] = {"run_id": "run-1"}
    monkeypatch.setenv("http_proxy", server.host)
    monkeypatch.setenv("no_proxy", "near.example")
    assert call(capsys, "status", "run-1", "--host", "http://kubeflow.example").status == 0
    assert "no answer" in refused(capsys, "status", "run-1", "--host", "http://near.example")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert call(capsys, "status", "run-1", "--host", server.host).status == 0
