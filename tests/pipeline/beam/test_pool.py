"""The worker pool is reached from this machine only, and leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc, endpoints_pb2

from tests.pipeline.beam.beam_processes import LOOPBACK, Servers, beam_servers, children, listening_addresses

pytestmark = pytest.mark.long


_ID = "1-1"


@contextmanager
def _caller(port: int) -> Iterator[beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub]:
    # Else all channels of a process would share one connection.
    own = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(f"localhost:{port}", options=own) as channel:
        yield beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub(channel)


def _ask_for_worker(caller: beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub) -> None:
    # Nobody answers there, so that the worker waits.
    nowhere = endpoints_pb2.ApiServiceDescriptor(url="localhost:1")
    request = beam_fn_api_pb2.StartWorkerRequest(worker_id=_ID, control_endpoint=nowhere, logging_endpoint=nowhere)
    assert not caller.StartWorker(request, timeout=30).error


def _stop(caller: beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolStub) -> None:
    caller.StopWorker(beam_fn_api_pb2.StopWorkerRequest(worker_id=_ID), timeout=30)


def _alive(servers: Servers) -> int:
    # What was ended may stay a zombie for a moment.
    return sum("Z" not in Path(f"/proc/{each}/stat").read_text().split()[2] for each in children(servers.worker_pool))


def test_callers_with_the_same_ids_stop_their_own_workers_alone(tmp_path: Path) -> None:
    with (
        beam_servers(tmp_path) as servers,
        _caller(servers.pool_port) as one,
        _caller(servers.pool_port) as other,
        _caller(servers.pool_port) as third,
    ):
        _ask_for_worker(one)
        _ask_for_worker(other)
        assert _alive(servers) == 2
        _stop(third)
        assert _alive(servers) == 2
        _stop(one)
        assert _alive(servers) == 1
        _stop(one)
        assert _alive(servers) == 1
        _stop(other)
        assert _alive(servers) == 0


def test_pool_is_on_loopback_and_ends_with_its_workers(tmp_path: Path) -> None:
    with beam_servers(tmp_path) as servers:
        assert (found := listening_addresses(servers.pool_port))
        assert found <= LOOPBACK
        with _caller(servers.pool_port) as caller:
            _ask_for_worker(caller)
        deadline = time.monotonic() + 30
        while not (workers := children(servers.worker_pool)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(workers) == 1
        assert os.path.realpath(f"/proc/{workers[0]}/exe") == os.path.realpath(sys.executable)
        servers.worker_pool.send_signal(signal.SIGTERM)
        assert servers.worker_pool.wait(60) == 128 + signal.SIGTERM
        assert not Path(f"/proc/{workers[0]}").exists()


def second_pool(port: int | str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pipeline.beam.pool", "--port", str(port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stderr


def test_port_of_another_program_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        told = f"pipeline.beam.pool: port {port} of 127.0.0.1 is taken; choose another --port\n"
        assert second_pool(port) == (2, told)


def test_second_pool_on_a_port_is_one_line(tmp_path: Path) -> None:
    with beam_servers(tmp_path) as servers:
        told = f"pipeline.beam.pool: port {servers.pool_port} of 127.0.0.1 is taken; choose another --port\n"
        assert second_pool(servers.pool_port) == (2, told)


@pytest.mark.parametrize(
    ("port", "problem"),
    [
        ("70000", "'70000' is no whole number from 0 to 65535"),
        ("-1", "'-1' is no whole number from 0 to 65535"),
        ("abc", "'abc' is no whole number from 0 to 65535"),
    ],
)
def test_what_is_no_port_is_one_line(port: str, problem: str) -> None:
    assert second_pool(port) == (2, f"pipeline.beam.pool: argument --port: {problem}; see --help\n")
