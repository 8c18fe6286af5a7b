"""The worker pool's server: starts workers for Beam's engines; importing this module imports Beam."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer

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


def serve(port: int, stop: threading.Event, ready: Callable[[int], object]) -> None:
    """Serves on 127.0.0.1 until it is told to stop.

    Args:
        port: Where; 0 takes a free one.
        stop: Is set when it is time to end.
        ready: Is called with the port as soon as it answers.
    """
    pool = WorkerPool()
    # Else a second pool would share the port, and each would start some of the workers.
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=[("grpc.so_reuseport", 0)])
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    ready(bound)
    stop.wait()
    server.stop(grace=None)
    pool.stop_workers()
