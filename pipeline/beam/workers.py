"""The workers of a pool, apart by who asked for them; importing this module imports Beam."""

from threading import Lock

import grpc
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.portability.api import beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer


class CallersPools(beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolServicer):
    """A pool of Beam's for each caller.

    Beam's keeps one process for an id, and each of Flink's task managers counts its workers by itself: one would stop
    another's.
    """

    def __init__(self) -> None:
        """Has no workers yet."""
        self._pools: dict[str, BeamFnExternalWorkerPoolServicer] = {}
        self._lock = Lock()

    def StartWorker(  # noqa: N802 (Beam's name)
        self, request: api.StartWorkerRequest, context: grpc.ServicerContext
    ) -> api.StartWorkerResponse:
        """Starts a worker of the caller."""
        with self._lock:
            pool = self._pools.setdefault(context.peer(), BeamFnExternalWorkerPoolServicer(use_process=True))
        return pool.StartWorker(request, context)

    def StopWorker(  # noqa: N802
        self, request: api.StopWorkerRequest, context: grpc.ServicerContext
    ) -> api.StopWorkerResponse:
        """Stops a worker of the caller, if it has one of this id."""
        pool = self._pools.get(context.peer())
        return pool.StopWorker(request, context) if pool else api.StopWorkerResponse()

    def stop(self) -> None:
        """Stops all workers."""
        for pool in self._pools.values():
            # Beam has no public name for them.
            for worker_id in list(pool._worker_processes):
                pool.StopWorker(api.StopWorkerRequest(worker_id=worker_id), None)
