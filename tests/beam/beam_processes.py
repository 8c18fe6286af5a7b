"""Beam's own job server and our worker pool, as processes of a test's own: a job server that needs no Java.

What it shows is that our stages run outside this process; it is no Flink, and shows nothing about one.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_START_SECONDS = 180
_JOB_SERVER = "apache_beam.runners.portability.local_job_service_main"


@dataclass(frozen=True)
class Servers:
    """A job server and a worker pool."""

    job_server: subprocess.Popen
    worker_pool: subprocess.Popen
    job_port: int
    pool_port: int

    @property
    def options(self) -> tuple[str, ...]:
        return (f"job_endpoint=localhost:{self.job_port}", f"environment_config=localhost:{self.pool_port}")


@contextmanager
def beam_servers(folder: Path) -> Iterator[Servers]:
    """Yields servers that answer, and ends them; their logs go to `folder`."""
    job_port, pool_port = _free_port(), _free_port()
    job_server = _start(folder / "job_server.log", _JOB_SERVER, "--port", str(job_port))
    worker_pool = _start(folder / "worker_pool.log", "pipeline.beam_pool", "--port", str(pool_port))
    try:
        _wait_for(job_server, job_port)
        _wait_for(worker_pool, pool_port)
        yield Servers(job_server, worker_pool, job_port, pool_port)
    finally:
        for process in (worker_pool, job_server):
            _end(process)


def children(process: subprocess.Popen) -> list[int]:
    """Returns the ids of the processes that a process started."""
    text = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text() if process.poll() is None else ""
    # Other threads may have started them.
    for task in Path(f"/proc/{process.pid}/task").glob("*/children"):
        text += " " + task.read_text()
    return sorted({int(each) for each in text.split()})


def _start(log: Path, module: str, *arguments: str) -> subprocess.Popen:
    with log.open("w") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=_ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )


def _end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _wait_for(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"nothing answers at port {port}: {process.args}")
