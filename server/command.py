"""The command `serve.py`: a pushed model behind HTTP."""

import argparse
import signal
import socket
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.command import ExitStatus, one_line_errors
from console.flags import OneLineParser, local_folder, whole_number
from console.logs import set_up_logs
from core.errors import UserError, printable
from core.labels import Labels
from pipeline.predict.model import find_model, labels_of
from server.limits import Limits

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette


@one_line_errors
def serve_main(arguments: Sequence[str]) -> int:
    """Serves until a signal comes; what is being answered then still is."""
    flags = _parser().parse_args(arguments)
    labels = labels_of(find_model(flags.model))
    listening = _bound(flags.host, flags.port)
    set_up_logs(verbose=False)
    _serve(flags, labels, listening, Limits())
    return ExitStatus.DONE


def _serve(flags: argparse.Namespace, labels: Labels, listening: socket.socket, limits: Limits) -> None:
    try:
        from server.app import build_app
        from server.corrections import Corrections
        from server.models import Models
    except ModuleNotFoundError as error:
        raise UserError(f"{error.name} is not installed; `make setup` installs it, or pip install '.[serve]'") from None
    corrections = Corrections(flags.collect, labels, limits) if flags.collect else None
    models = Models(flags.model, limits)
    models.look()
    if not models.pick():
        raise UserError("; ".join(models.states.values()))
    app = build_app(models, labels, corrections, limits, _is_loopback(listening))
    # Whoever reads the line can connect.
    listening.listen(limits.connections)
    print(_told(listening, models.states, flags), flush=True)
    # Otherwise the process would be ended 4 s after a signal (console/interrupts.py), whatever is being answered.
    before = signal.set_wakeup_fd(-1)
    try:
        server_of(app, limits).run(sockets=[listening])
    finally:
        signal.set_wakeup_fd(before)


def server_of(app: "Starlette", limits: Limits) -> "uvicorn.Server":
    """Returns what answers with an app; it logs nothing, since what it would quote are requests."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=limits.connections,
        timeout_graceful_shutdown=limits.drain_seconds,
    )
    return uvicorn.Server(config)


def _bound(host: str, port: int) -> socket.socket:
    """Returns a socket that nobody can connect to before the model is loaded, so that a taken port is told at once."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"--host {host} --port {port}: cannot be listened on: {reason}; choose another") from None
    return listening


def _is_loopback(listening: socket.socket) -> bool:
    return listening.getsockname()[0] in ("127.0.0.1", "::1")


def _told(listening: socket.socket, states: dict[int, str], flags: argparse.Namespace) -> str:
    name, port = listening.getsockname()[:2]
    served = " and ".join(str(number) for number, reason in states.items() if not reason)
    where = f"http://{f'[{name}]' if ':' in name else name}:{port}/"
    kept = f" Corrections are kept in {printable(flags.collect)}." if flags.collect else ""
    return f"{where} answers with {printable(flags.model)}, version {served}; Ctrl-C ends it.{kept}"


def _parser() -> argparse.ArgumentParser:
    folder = partial(local_folder, otherwise="; give a folder of this machine")
    parser = OneLineParser(
        prog="serve.py",
        description="Serves a pushed model over HTTP, as TensorFlow Serving does, with a page to try it. "
        "A model is a program with your rights: give one that you trust.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "model",
        type=folder,
        nargs="?",
        metavar="MODEL",
        default=Path("output/serving_model"),
        help="the folder of versions, or a version (./output/serving_model)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1: this machine only)")
    parser.add_argument("--port", type=partial(whole_number, least=0, most=65535), default=8501, help="(8501)")
    parser.add_argument(
        "--collect", type=folder, metavar="FOLDER", help="keep photos that people correct on the page, to train on"
    )
    return parser
