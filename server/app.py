"""The server: its addresses, and what each answers."""

import asyncio
import sys
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.example_gen.images import ImageError
from components.example_gen.layout import RowError
from components.pusher.versions import is_version
from core.errors import UserError, printable
from core.labels import Labels
from server.batches import UnreadableError
from server.corrections import Corrections
from server.gate import Gate
from server.limits import Limits
from server.metrics import Metrics
from server.models import Models, Version
from server.rest import MODEL_NAME, answered, asked_in, check_photos, json_object, metadata_of, photo_in, status_of

_PAGE = Path(__file__).with_name("page")
_MODEL = f"/v1/models/{MODEL_NAME}"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
# The page is its three files, and asks nobody else; no other page may frame it.
_HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def build_app(
    models: Models, labels: Labels, corrections: Corrections | None, limits: Limits, is_loopback: bool = True
) -> Starlette:
    """Returns the server.

    Args:
        models: What answers; it is kept up with its folder while the server runs.
        labels: What the model's probabilities are of, in their order.
        corrections: Where people's corrections go, if they are kept.
        limits: The bounds.
        is_loopback: Whether only this machine can reach the server.
    """
    handlers = _Handlers(models, labels, corrections, limits, is_loopback)
    routes = [
        Route("/", handlers.page),
        Mount("/page", StaticFiles(directory=_PAGE), name="page"),
        Route("/about", handlers.about),
        Route("/corrections", handlers.correct, methods=["POST"]),
        Route("/healthz", handlers.healthz),
        Route("/metrics", handlers.metrics),
        Route(_MODEL, handlers.status),
        Route(f"{_MODEL}/metadata", handlers.metadata),
        Route(f"{_MODEL}:predict", handlers.predict, methods=["POST"]),
        Route(f"{_MODEL}/versions/{{version}}", handlers.status),
        Route(f"{_MODEL}/versions/{{version}}/metadata", handlers.metadata),
        Route(f"{_MODEL}/versions/{{version}}:predict", handlers.predict, methods=["POST"]),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(_Watched, metrics=handlers.counts)],
        exception_handlers={HTTPException: _error, Exception: _error},
        lifespan=handlers.keeping_up,
    )


class _Handlers:
    """What each address answers, by its name in the metrics."""

    def __init__(
        self, models: Models, labels: Labels, corrections: Corrections | None, limits: Limits, is_loopback: bool
    ):
        self._models, self._labels, self._corrections, self._limits = models, labels, corrections, limits
        self.counts = Metrics()
        self._gate = Gate(limits, is_loopback, self.counts.working)

    @asynccontextmanager
    async def keeping_up(self, app: Starlette) -> AsyncIterator[None]:
        """Looks for new versions, and for those that are gone, while the server runs."""
        task = asyncio.create_task(self._keep_up())
        yield
        task.cancel()

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(self._limits.poll_seconds)
            # What is loaded answers; the folder may be back at the next look.
            with suppress(OSError):
                await run_in_threadpool(self._models.look)

    async def predict(self, request: Request) -> Response:
        """Answers what a version reads in photos."""
        async with self._gate.entered(request) as body:
            version = self._version(request)
            asked = asked_in(body, self._limits)
            batches = version.signatures.get(asked.signature)
            if batches is None:
                raise HTTPException(400, f"no such signature; there are {', '.join(version.signatures)}")
            try:
                answer = await self._gate.in_time(batches.answer(asked.photos))
            except UnreadableError as error:
                raise HTTPException(400, f"photo {error.index}: cannot be decoded") from None
            self.counts.answer(version.number, asked.signature, answer)
            return JSONResponse(answered(answer, asked.by_row))

    async def correct(self, request: Request) -> Response:
        """Keeps a photo and what a person says that it shows."""
        async with self._gate.entered(request) as body:
            if self._corrections is None:
                raise HTTPException(404, "corrections are not kept; start the server with --collect FOLDER")
            content = json_object(body)
            photo = photo_in(content.get("photo"), "photo: ")
            check_photos([photo], self._limits)
            letter, writer = content.get("letter"), content.get("writer", "")
            if not isinstance(letter, str) or not isinstance(writer, str):
                raise HTTPException(400, "letter and writer are texts")
            try:
                photos, is_new = await run_in_threadpool(self._corrections.keep, photo, letter, writer)
            except (ImageError, RowError) as error:
                raise HTTPException(400, str(error)) from None
            except (OSError, UserError) as error:
                raise HTTPException(507, f"not kept: {getattr(error, 'strerror', error)}") from None
            return JSONResponse({"photos": photos}, 201 if is_new else 200)

    async def status(self, request: Request) -> Response:
        """Answers which versions are served, and why others are not."""
        states, number = self._models.states, _number(request)
        if number is not None:
            states = {number: states[number]} if number in states else {}
        if not states:
            raise _not_found(request)
        return JSONResponse(status_of(states))

    async def metadata(self, request: Request) -> Response:
        """Answers what a version takes and gives."""
        return JSONResponse(metadata_of(self._version(request)))

    async def page(self, request: Request) -> Response:
        """Answers the page."""
        return FileResponse(_PAGE / "index.html")

    async def about(self, request: Request) -> Response:
        """Answers what the page needs to know."""
        folder = str(self._corrections.folder) if self._corrections else None
        return JSONResponse({"labels": self._labels, "kept_in": folder, "seconds": self._limits.seconds})

    async def healthz(self, request: Request) -> Response:
        """Answers whether there is a version that answers."""
        return PlainTextResponse("ok") if self._models.pick() else PlainTextResponse("no version is served", 503)

    async def metrics(self, request: Request) -> Response:
        """Answers the counts."""
        return Response(self.counts.shown(), media_type=_PROMETHEUS)

    def _version(self, request: Request) -> Version:
        version = self._models.pick(_number(request))
        if version is None:
            raise _not_found(request)
        return version


class _Watched:
    """Counts and times requests, and adds the headers that all answers have."""

    def __init__(self, app: ASGIApp, metrics: Metrics):
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] += [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # By what answered, and not by the path, of which there may be any number.
            what = getattr(scope.get("endpoint"), "__name__", "other")
            self._metrics.request(what, status, time.perf_counter() - began)


def _number(request: Request) -> int | None:
    text = request.path_params.get("version")
    if text is None:
        return None
    # Python refuses to read numbers of thousands of digits.
    return int(text) if is_version(text) and len(text) < 10 else 0


def _not_found(request: Request) -> HTTPException:
    number = _number(request)
    which = f"Latest({MODEL_NAME})" if number is None else f"Specific({MODEL_NAME}, {number})"
    return HTTPException(404, f"Servable not found for request: {which}")


def _error(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    # It may quote a request, and a terminal would obey what is in it.
    sys.stderr.writelines(f"{printable(line)}\n" for line in "".join(traceback.format_exception(error)).splitlines())
    return JSONResponse({"error": "an error of the server's own"}, 500)
