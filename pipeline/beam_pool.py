"""Starts workers for Beam's engines, on loopback alone: `python -m pipeline.beam_pool`.

Beam's own `worker_pool_main` listens on every interface, and whoever reaches it can have it run anything.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer

_PROJECT = Path(__file__).resolve().parent.parent
_THREADS = 8


class WorkerPool(BeamFnExternalWorkerPoolServicer):
    """Starts a process for each worker that an engine asks for, and knows them all."""

    def __init__(self) -> None:
        """Makes a pool without workers."""
        super().__init__(use_process=True)
        self._ids: set[str] = set()

    def StartWorker(self, start_worker_request: Any, unused_context: Any) -> Any:  # noqa: N802 (Beam's name)
        """See the base class."""
        self._ids.add(start_worker_request.worker_id)
        return super().StartWorker(start_worker_request, unused_context)

    def stop_workers(self) -> None:
        """Ends every worker that still runs."""
        for worker_id in sorted(self._ids):
            self.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id=worker_id), None)


def serve(port: int, stop: threading.Event) -> None:
    """Serves on a port of 127.0.0.1 until `stop` is set; 0 takes a free one."""
    pool = WorkerPool()
    server = grpc.server(ThreadPoolExecutor(_THREADS))
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)
    try:
        bound = server.add_insecure_port(f"127.0.0.1:{port}")
    except RuntimeError:
        raise SystemExit(f"pipeline.beam_pool: port {port} of 127.0.0.1 is taken; choose another --port") from None
    server.start()
    print(f"Worker pool at localhost:{bound}", flush=True)
    stop.wait()
    server.stop(grace=None)
    pool.stop_workers()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="pipeline.beam_pool", description="Starts workers for Beam's engines.")
    parser.add_argument("--port", type=int, default=50000, help="of 127.0.0.1 (50000)")
    flags = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    # The workers are `python` by that name, and unpickle what imports this project.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_PROJECT), os.environ.get("PYTHONPATH")]))
    serve(flags.port, stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
