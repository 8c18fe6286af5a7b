"""A Kubeflow Pipelines API server on loopback: what it keeps, how it answers kfp's client, and how it fails."""

import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from kfp.client import Client

Json = dict[str, Any]
Fault = Callable[["_Handler"], None]

_API = "/apis/v2beta1"
# What an identity is called, and a list of it, by the path.
_KINDS = {
    "pipelines": ("pipeline_id", "pipelines"),
    "versions": ("pipeline_version_id", "pipeline_versions"),
    "experiments": ("experiment_id", "experiments"),
    "runs": ("run_id", "runs"),
    "recurringruns": ("recurring_run_id", "recurringRuns"),
}
# The codes that the real server's refusals have beside the HTTP status.
_GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 500: 13}
# Go's zero, which the real server gives for the end of what goes on.
_NEVER = "0001-01-01T00:00:00Z"


class FakeApiServer(ThreadingHTTPServer):
    """The server; `script` is what a run goes through, a state of it and of its steps at each look."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.kept: dict[str, dict[str, Json]] = {kind: {} for kind in _KINDS}
        self.uploads: list[bytes] = []
        self.terminated: list[str] = []
        self.namespaces: frozenset[str] = frozenset()
        self.script: list[tuple[str, Mapping[str, str]]] = [("PENDING", {})]
        self.recorded: Json = {}
        self.specification: Json = {"root": {"dag": {"tasks": {"LetterExampleGen": {}, "Trainer": {}}}}}
        self.token: str | None = None
        # Each as "GET /runs/run-1", below the API's own path.
        self.asked: list[str] = []
        self.authorizations: set[str | None] = set()
        self.closing = threading.Event()
        self._faults: list[tuple[str, Fault, Iterator[Any]]] = []
        self._numbers = itertools.count(1)

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fail(self, start: str, fault: Fault, times: int | None = None) -> None:
        """Answers what starts like "GET /runs" with a fault, always or so many times."""
        self._faults.append((start, fault, itertools.repeat(None, times) if times else itertools.repeat(None)))

    def fault_of(self, asked: str) -> Fault | None:
        """Returns the fault that a request gets."""
        left = (fault for start, fault, times in self._faults if asked.startswith(start) for _ in times)
        return next(left, None)

    def count(self, start: str) -> int:
        """Returns how many requests started so."""
        return sum(each.startswith(start) for each in self.asked)

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: the client hangs up where it has waited long enough."""

    def answer(self, method: str, words: list[str], query: Mapping[str, str], body: bytes) -> Json:
        """Returns the answer to a request, by the words of its path."""
        if words == ["healthz"]:
            # Protobuf's JSON leaves out what is false.
            return {"multi_user": True} if self.namespaces else {}
        return self._read(words, query) if method == "GET" else self._changed(words, query, body)

    def _changed(self, words: list[str], query: Mapping[str, str], body: bytes) -> Json:
        if words[-1] in {"upload", "upload_version"}:
            self.uploads.append(body)
            version = words[-1] == "upload_version"
            made = {"display_name": query["name"], "namespace": query.get("namespace")}
            return self._keep("versions" if version else "pipelines", made | {"pipeline_id": query.get("pipelineid")})
        if words[-1].endswith(":terminate"):
            self.terminated.append(self._found("runs", words[-1].removesuffix(":terminate"))["run_id"])
            return {}
        return self._keep(words[0], json.loads(body))

    def _read(self, words: list[str], query: Mapping[str, str]) -> Json:
        if words[0] == "runs":
            return self._looked_at(self._found("runs", words[1]))
        if words[-2:-1] == ["versions"]:
            return self._found("versions", words[-1]) | {"pipeline_spec": {"pipeline_spec": self.specification}}
        return self._found(*words) if len(words) == 2 else self._listed(words[-1], query)

    def _looked_at(self, run: Json) -> Json:
        """Returns a run as it was recorded, or as the script has it: a step starts each minute."""
        if self.recorded:
            return {**run, **self.recorded}
        state, steps = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        details = [
            {
                "display_name": name,
                "state": step,
                "start_time": f"2026-11-28T21:{number:02}:00Z",
                "end_time": _NEVER if step in {"PENDING", "RUNNING"} else f"2026-11-28T21:{number:02}:06Z",
            }
            for number, (name, step) in enumerate(steps.items())
        ]
        return {**run, "state": state, "run_details": {"task_details": details}}

    def _keep(self, kind: str, body: Json) -> Json:
        if kind in {"pipelines", "experiments"}:
            self._authorize(body.get("namespace"))
        identity = f"{kind}-{next(self._numbers)}"
        self.kept[kind][identity] = {**body, _KINDS[kind][0]: identity}
        return self.kept[kind][identity]

    def _found(self, kind: str, identity: str) -> Json:
        if identity not in self.kept[kind]:
            raise _Refused(404, f"ResourceNotFoundError: {identity} not found")
        return self.kept[kind][identity]

    def _listed(self, kind: str, query: Mapping[str, str]) -> Json:
        if kind in {"pipelines", "experiments"}:
            self._authorize(query.get("namespace"))
        (predicate,) = json.loads(query["filter"])["predicates"]
        wanted = {"display_name": predicate["stringValue"]}
        wanted |= {key: query[key] for key in ("experiment_id",) if key in query}
        found = [each for each in self.kept[kind].values() if wanted.items() <= each.items()]
        # Without a match, the key is left out.
        return {_KINDS[kind][1]: found, "total_size": len(found)} if found else {}

    def _authorize(self, namespace: str | None) -> None:
        if self.namespaces and namespace not in self.namespaces:
            raise _Refused(403, f"Unauthorized access: PermissionDenied: User is not authorized in '{namespace}'")


class _Refused(Exception):
    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    server: FakeApiServer
    protocol_version = "HTTP/1.1"
    # Buffered: a body that is written apart from its headers waits 40 ms for their acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = url.path.removeprefix(_API)
        authorization = self.headers.get("Authorization")
        self.server.asked.append(f"{self.command} {path}")
        self.server.authorizations.add(authorization)
        if fault := self.server.fault_of(f"{self.command} {path}"):
            fault(self)
        elif self.server.token and authorization != f"Bearer {self.server.token}":
            self.refuse(401, "Unauthenticated: the request has no valid identity")
        else:
            try:
                answer = self.server.answer(self.command, path.strip("/").split("/"), dict(parse_qsl(url.query)), body)
                self.send(200, "application/json", json.dumps(answer))
            except _Refused as error:
                self.refuse(error.status, str(error))

    do_POST = do_GET

    def refuse(self, status: int, message: str) -> None:
        body = {"error": message, "code": _GRPC_CODES[status], "message": message, "details": []}
        self.send(status, "application/json", json.dumps(body))

    def send(self, status: int, content_type: str, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments: object) -> None:
        pass


def refusal(status: int, message: str = "Failed: InternalServerError:\n\tat line 2\n") -> Fault:
    """Returns a refusal as Kubeflow gives it; its message has a stack trace by default, as the real ones may."""
    return lambda handler: handler.refuse(status, message)


def page(status: int) -> Fault:
    """Returns a page of HTML, which a proxy or a login in front of the server gives."""
    return lambda handler: handler.send(status, "text/html", "<html>\n<body>Log in</body>\n</html>")


def silence(handler: _Handler) -> None:
    """Does not answer."""
    handler.server.closing.wait(timeout=60)
    handler.close_connection = True


def hang_up(handler: _Handler) -> None:
    """Drops the connection."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApiServer]:
    """Serves, with the client apart from its user's own settings."""
    monkeypatch.setattr(Client, "_LOCAL_KFP_CONTEXT", "/nonexistent/context.json")
    for variable in ("KF_PIPELINES_ENDPOINT", "KF_PIPELINES_UI_ENDPOINT", "KF_PIPELINES_IAP_OAUTH2_CLIENT_ID"):
        monkeypatch.delenv(variable, raising=False)
    server = FakeApiServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
