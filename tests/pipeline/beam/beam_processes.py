"""The job server that Beam has in Python and our worker pool, as processes of a test's own.

The former stands in for Flink's, which needs Java. It shows that the options of `--beam flink` take our stages out of
this process, and nothing about a Flink.
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

from core.project import ROOT

_START_SECONDS = 180
_LISTEN = "0A"
# 127.0.0.1, and the same as an address of IPv6.
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}
# As `--beam` has it.
ENGINE = "flink"
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

    @property
    def flags(self) -> list[str]:
        """What a command line has to say of them."""
        return ["--beam", ENGINE, *(word for option in self.options for word in ("--beam-option", option))]


@contextmanager
def beam_servers(folder: Path) -> Iterator[Servers]:
    """Yields servers that answer, and ends them; their logs go to `folder`."""
    job_port, pool_port = free_port(), free_port()
    job_server = _start(folder / "job_server.log", [sys.executable, "-m", _JOB_SERVER, "--port", str(job_port)])
    pool = [sys.executable, "-m", "pipeline.beam.pool", "--port", str(pool_port)]
    worker_pool = _start(folder / "worker_pool.log", pool)
    try:
        wait_for(job_server, job_port)
        wait_for(worker_pool, pool_port)
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


def wait_for_worker(servers: Servers, running: subprocess.Popen) -> list[int]:
    """Returns the ids of the workers once the first one was started, or of none where the run ended before."""
    while not (workers := children(servers.worker_pool)) and running.poll() is None:
        time.sleep(0.1)
    return workers


def _start(log: Path, command: list[str]) -> subprocess.Popen:
    with log.open("w") as stream:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )


def _end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def listening_addresses(port: int) -> set[str]:
    """Returns the local addresses, in the kernel's hex, on which anybody listens at a port."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()[1:]]
    local = [row[1].split(":") for row in rows if row[3] == _LISTEN]
    return {address for address, number in local if int(number, 16) == port}


def free_port() -> int:
    """Returns a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(process: subprocess.Popen, port: int) -> None:
    """Waits until a process answers at a port."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"nothing answers at port {port}: {process.args}")
