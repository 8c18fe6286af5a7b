"""The bearer token: it reaches the server, and no output."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import UserError
from tests.pipeline.kubeflow.fake_api_server import FakeApiServer, page, refusal, serving
from tests.pipeline.kubeflow.runner_calls import call, refused, write_package_file

_TOKEN = "eyJhbGciOi.J9.c2lnbmF0dXJl"
_VARIABLE = "LETTERS_KFP_TOKEN"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApiServer]:
    monkeypatch.setenv(_VARIABLE, _TOKEN)
    with serving(monkeypatch) as server:
        server.token = _TOKEN
        yield server


def test_token_goes_with_every_request_and_into_no_output(
    server: FakeApiServer, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    server.script = [("SUCCEEDED", {})]
    flags = ["--host", server.host, "--token-env", _VARIABLE, "--wait"]
    done = call(capsys, "submit", write_package_file(tmp_path), *flags)
    assert (done.status, done.err) == (0, "")
    assert server.authorizations == {f"Bearer {_TOKEN}"}
    assert _TOKEN not in done.out


@pytest.mark.parametrize("fault", [refusal(401), refusal(403), refusal(500), page(502)])
def test_token_is_in_no_error_line(server: FakeApiServer, capsys: pytest.CaptureFixture, fault: object) -> None:
    server.fail("GET /runs", fault)
    assert _TOKEN not in refused(capsys, "status", "run-1", "--host", server.host, "--token-env", _VARIABLE)


@pytest.mark.parametrize("token", [f"{_TOKEN}\nmore", f"{_TOKEN}ё"], ids=["line break", "not ASCII"])
def test_token_that_no_header_can_have_is_not_quoted(
    server: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv(_VARIABLE, token)
    line = refused(capsys, "status", "run-1", "--host", server.host, "--token-env", _VARIABLE)
    assert line.startswith(f"--token-env {_VARIABLE}: no token")
    assert _TOKEN not in line
    assert server.asked == []


def test_line_break_at_the_end_of_a_token_does_no_harm(
    server: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_VARIABLE, f"{_TOKEN}\n")
    server.kept["runs"]["run-1"] = {"run_id": "run-1"}
    assert call(capsys, "status", "run-1", "--host", server.host, "--token-env", _VARIABLE).status == 0


@pytest.mark.parametrize("value", [None, "", " \n"], ids=["missing", "empty", "blank"])
def test_variable_without_a_token_is_one_line(
    server: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(_VARIABLE)
    if value is not None:
        monkeypatch.setenv(_VARIABLE, value)
    line = refused(capsys, "status", "run-1", "--host", server.host, "--token-env", _VARIABLE)
    assert line.startswith(f"--token-env {_VARIABLE}: there is no such variable")
    assert server.asked == []


def test_wrong_token_says_which_flag_to_mend(
    server: FakeApiServer, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(_VARIABLE, "expired")
    line = refused(capsys, "status", "run-1", "--host", server.host, "--token-env", _VARIABLE)
    assert line.startswith(f"{server.host}: cannot ask for its health: who you are is not known")
    assert "--token-env" in line
    assert "expired" not in line


def _warnings(
    host: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, *flags: str
) -> tuple[str, list[str]]:
    """Returns what was told before a server was asked, and the servers that would have been asked."""
    asked = []

    def refuse(host: str, *_: object) -> None:
        asked.append(host)
        raise UserError("stop")

    monkeypatch.setenv(_VARIABLE, _TOKEN)
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
    told, asked = _warnings(host, capsys, monkeypatch, "--token-env", _VARIABLE)
    assert told == f"Warning: --host {shown}: http:// lets anyone on the way read the token; use https://\n"
    assert asked == [host]


@pytest.mark.parametrize(
    "host",
    ["https://kubeflow.example", "kubeflow.example", "http://localhost:8080", "http://127.0.0.53", "http://[::1]:8080"],
)
def test_token_that_nobody_on_the_way_can_read_is_not_warned_of(
    host: str, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _warnings(host, capsys, monkeypatch, "--token-env", _VARIABLE) == ("", [host])


def test_no_token_no_warning(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _warnings("http://kubeflow.example", capsys, monkeypatch) == ("", ["http://kubeflow.example"])


def test_password_in_an_address_is_in_no_output(server: FakeApiServer, capsys: pytest.CaptureFixture) -> None:
    scheme, _, rest = server.host.partition("://")
    for host in (f"{scheme}://user:hunter2@{rest}", "http://user:hunter2@127.0.0.1:1"):
        done = call(capsys, "status", "no-such-run", "--host", host)
        assert done.status == 2
        assert "hunter2" not in done.out + done.err
        assert "127.0.0.1" in done.err
