"""A Kubeflow Pipelines API server on loopback: what it keeps is in fake_api_store.py, its faults are here."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
from kfp.client import Client

from tests.pipeline.kubeflow.fake_api_models import mismatches
from tests.pipeline.kubeflow.fake_api_request import Malformed, Refused, Request
from tests.pipeline.kubeflow.fake_api_store import API, Store

# The codes that the real server's refusals have beside the HTTP status.
_GRPC_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 500: 13}

Fault = Callable[["_Handler"], None]


class FakeApiServer(ThreadingHTTPServer):
    """The server, with what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = Store()
        self.token: str | None = None
        # Each as "GET /runs/run-1", below the API's own path.
        self.asked: list[str] = []
        self.authorizations: set[str | None] = set()
        self.malformed: list[str] = []
        self.closing = threading.Event()
        self._faults: list[_Injected] = []

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fail(self, start: str, fault: Fault, times: int | None = None) -> None:
        """Answers what starts like "GET /runs" with a fault, always or so many times."""
        self._faults.append(_Injected(start, fault, times))

    def fault_of(self, asked: str) -> Fault | None:
        for injected in self._faults:
            if asked.startswith(injected.start) and injected.times != 0:
                injected.times = injected.times and injected.times - 1
                return injected.fault
        return None

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exc_info()[1]
        # The client hangs up where it has waited long enough.
        if not isinstance(error, ConnectionError):
            self.malformed.append(repr(error))

    def count(self, start: str) -> int:
        """Returns how many requests started so."""
        return sum(each.startswith(start) for each in self.asked)


@dataclass
class _Injected:
    start: str
    fault: Fault
    times: int | None


class _Handler(BaseHTTPRequestHandler):
    server: FakeApiServer
    protocol_version = "HTTP/1.1"
    # Buffered: a body that is written apart from its headers waits 40 ms for their acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = f"{self.command} {url.path.removeprefix(API)}"
        self.server.asked.append(asked)
        self.server.authorizations.add(self.headers.get("Authorization"))
        if fault := self.server.fault_of(asked):
            fault(self)
        elif self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self.refuse(401, "Unauthenticated: the request has no valid identity")
        else:
            content_type = self.headers.get("Content-Type", "")
            query = dict(parse_qsl(url.query))
            self._answer(Request(self.command, url.path, query, body, content_type))

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def _answer(self, request: Request) -> None:
        try:
            model, answer = self.server.store.answer(request)
            # A fake that answers what no server does would prove nothing.
            if found := list(mismatches(answer, model)):
                raise Malformed(f"answer: {found}")
            self.send(200, "application/json", json.dumps(answer))
        except Refused as error:
            self._note(error)
            self.refuse(error.status, str(error))
        except (KeyError, TypeError) as error:
            self._note(Malformed(f"{request.path}: {error!r} in {request.body!r}"))
            self.refuse(400, "InvalidInputError")

    def _note(self, error: Refused) -> None:
        if isinstance(error, Malformed):
            self.server.malformed.append(str(error))

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
    """Serves, with the client apart from its user's own settings; at the end, no request was malformed."""
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
    assert server.malformed == []
