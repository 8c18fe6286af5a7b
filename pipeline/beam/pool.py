"""Starts workers for Beam's engines, on loopback alone: `python -m pipeline.beam.pool`.

Beam's own `worker_pool_main` listens on every interface, and whoever reaches it can have it run anything.
"""

import errno
import os
import socket
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser, whole_number
from core.errors import UserError
from core.project import ROOT

_THREADS = 8


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


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGINT or SIGTERM ends it; returns the exit status of what is wrong before that."""
    parser = OneLineParser(prog="pipeline.beam.pool", description="Starts workers for Beam's engines.")
    port = partial(whole_number, least=0, most=65535)
    parser.add_argument("--port", type=port, default=50000, help="of 127.0.0.1 (50000); 0 takes a free one")
    flags = parser.parse_args(arguments)
    check_free(flags.port)
    # The workers are `python` by that name, and unpickle what imports this project.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    # Google's libraries warn of their own futures.
    warnings.simplefilter("ignore", FutureWarning)
    serve(flags.port)
    return ExitStatus.DONE


def serve(port: int) -> None:
    """Starts a process for each worker that an engine asks for at a port of 127.0.0.1, 0 for a free one.

    Until it is interrupted; then it ends them all.
    """
    # Here, since importing Beam takes seconds.
    import grpc
    from apache_beam.portability.api import beam_fn_api_pb2_grpc

    from pipeline.beam.workers import CallersPools

    pools = CallersPools()
    # Else a second pool would share the port, and each would start some of the workers.
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=[("grpc.so_reuseport", 0)])
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pools, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    print(f"Worker pool at localhost:{bound}", flush=True)
    try:
        server.wait_for_termination()
    finally:
        server.stop(grace=None)
        pools.stop()


if __name__ == "__main__":
    sys.exit(command_main(main))
