"""`make prism` listens on loopback alone, ends with all that it started, and says in one line what is in its way."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.project import ROOT
from tests.pipeline.beam.beam_processes import LOOPBACK, children, free_port, listening_addresses, wait_for

_SCRIPT = "scripts/prism.sh"


def _path_without_go(folder: Path) -> str:
    for name in ("bash", "dirname", "mktemp", "rm"):
        (folder / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name} here"))
    return str(folder)


def _said(**variables: str) -> str:
    """Returns what the script says on stderr when it refuses to start."""
    done = subprocess.run(
        [_SCRIPT], cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def test_missing_go_is_one_line(tmp_path: Path) -> None:
    said = _said(PATH=_path_without_go(tmp_path), JOB_PORT=str(free_port()), POOL_PORT=str(free_port()))
    assert said == "prism: go is missing; install Go 1.26 or newer (https://go.dev/dl)\n"


@pytest.mark.parametrize("name", ["JOB_PORT", "POOL_PORT"])
def test_taken_port_is_one_line(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ports = {"JOB_PORT": str(free_port()), "POOL_PORT": str(free_port()), name: str(port)}
        assert _said(**ports) == (
            f"prism: port {port} of 127.0.0.1 is taken; choose others with JOB_PORT= and POOL_PORT=\n"
        )


@contextmanager
def _make_prism(folder: Path) -> Iterator[tuple[subprocess.Popen, int, int]]:
    """Yields what `make prism` runs, and the ports that it serves."""
    job_port, pool_port = free_port(), free_port()
    ports = {"JOB_PORT": str(job_port), "POOL_PORT": str(pool_port)}
    with (folder / "log").open("w") as log:
        started = subprocess.Popen([_SCRIPT], cwd=ROOT, env={**os.environ, **ports}, stdout=log, stderr=log)
    try:
        wait_for(started, job_port)
        wait_for(started, pool_port)
        yield started, job_port, pool_port
    finally:
        started.terminate()
        started.wait(60)


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.usefixtures("prism")
def test_servers_are_on_loopback_and_end_with_the_script(tmp_path: Path) -> None:
    with _make_prism(tmp_path) as (started, *ports):
        for port in ports:
            assert (found := listening_addresses(port))
            assert found <= LOOPBACK
        servers = children(started)
        assert len(servers) >= 2
        started.send_signal(signal.SIGTERM)
        assert started.wait(60) == 0
    assert [each for each in servers if Path(f"/proc/{each}").exists()] == []


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.usefixtures("prism")
def test_script_ends_where_one_of_its_servers_does(tmp_path: Path) -> None:
    with _make_prism(tmp_path) as (started, *ports):
        (prism,) = [each for each in children(started) if Path(f"/proc/{each}/comm").read_text() == "prism\n"]
        os.kill(prism, signal.SIGKILL)
        assert started.wait(60) == 2
        assert [listening_addresses(port) for port in ports] == [set(), set()]
    assert (tmp_path / "log").read_text().endswith("prism: one of both servers ended; its last lines are above\n")
