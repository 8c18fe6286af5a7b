"""Starts workers for Beam's engines, on loopback alone: `python -m pipeline.beam.pool`.

Beam's own `worker_pool_main` listens on every interface, and whoever reaches it can have it run anything.
"""

import argparse
import errno
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path

from console.command import command_main
from console.exit_status import ExitStatus
from console.flags import OneLineParser, whole_number
from core.errors import UserError
from core.project import ROOT


def check_free(port: int) -> None:
    """Checks that a port of 127.0.0.1 can be listened on; gRPC would tell it in lines of its own.

    Raises:
        UserError: If it is taken, or only root may have it.
    """
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise UserError(f"pipeline.beam.pool: port {port} of 127.0.0.1 {reason}; choose another --port") from None


def _port(text: str) -> int:
    port = whole_number(text, least=0)
    if port >= 2**16:
        raise argparse.ArgumentTypeError(f"{text} is no port: those go up to 65535")
    return port


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGINT or SIGTERM; returns the exit status."""
    parser = OneLineParser(prog="pipeline.beam.pool", description="Starts workers for Beam's engines.")
    parser.add_argument("--port", type=_port, default=50000, help="of 127.0.0.1 (50000); 0 takes a free one")
    flags = parser.parse_args(arguments)
    try:
        check_free(flags.port)
    except UserError as error:
        print(error, file=sys.stderr)
        return ExitStatus.USER_ERROR
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    # The workers are `python` by that name, and unpickle what imports this project.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # Google's libraries warn of their own futures.
    warnings.simplefilter("ignore", FutureWarning)
    # Here, since importing Beam takes seconds.
    from pipeline.beam.worker_pool import serve

    serve(flags.port, stop, lambda bound: print(f"Worker pool at localhost:{bound}", flush=True))
    return ExitStatus.DONE


if __name__ == "__main__":
    sys.exit(command_main(main))
