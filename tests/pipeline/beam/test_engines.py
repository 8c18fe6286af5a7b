"""An engine whose servers do not answer is told of in one line, before TFX is imported; options as Beam reads them."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.settings import BeamSettings
from core.errors import UserError
from core.project import ROOT
from pipeline.beam.engines import DIRECT_ARGS, check_servers, local_args, read_options

# Nobody may listen on the first port.
_CLOSED = "127.0.0.1:1"


@pytest.fixture
def answering() -> Iterator[str]:
    """The address of a server that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _args(job_server: str, worker_pool: str) -> tuple[str, ...]:
    options = (f"job_endpoint={job_server}", f"environment_config={worker_pool}")
    return local_args(BeamSettings(engine="flink", options=options))


def test_servers_that_answer_are_taken(answering: str) -> None:
    check_servers("flink", _args(answering, answering))


def test_direct_engine_needs_no_server() -> None:
    check_servers("direct", DIRECT_ARGS)


def test_silent_worker_pool_is_told(answering: str) -> None:
    with pytest.raises(UserError) as told:
        check_servers("flink", _args(answering, _CLOSED))
    assert str(told.value) == (
        f"--beam flink: no worker pool answers at {_CLOSED} (Connection refused); start one (docs/scale.md), or name "
        "another with --beam-option environment_config=HOST:PORT"
    )


def test_address_that_no_name_service_takes_is_told(answering: str) -> None:
    with pytest.raises(UserError, match=r"--beam flink: no job server answers at a\.\.b:80 \("):
        check_servers("flink", _args("a..b:80", answering))


# Runs the command, and then says on stdout whether TFX or TensorFlow was imported for it.
_SCRIPT = """
import atexit, sys
atexit.register(lambda: print("heavy:", [name for name in ("tfx", "tensorflow", "apache_beam") if name in sys.modules]))
from pipeline.local.command_line import local_main
sys.exit(local_main(sys.argv[1:]))
"""


def test_run_without_a_job_server_is_one_line_without_importing_tfx(tmp_path: Path) -> None:
    flags = ["--output", str(tmp_path), "--beam", "spark", "--beam-option", f"job_endpoint={_CLOSED}"]
    command = [sys.executable, "-c", _SCRIPT, *flags]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        f"--beam spark: no job server answers at {_CLOSED} (Connection refused); start one (docs/scale.md), or name "
        "another with --beam-option job_endpoint=HOST:PORT\n"
    )
    assert done.stdout.endswith("heavy: []\n")
    assert not (tmp_path / "metadata.sqlite").exists()


def test_options_are_read() -> None:
    options = read_options(["--direct_num_workers=2", "--save_main_session"], names_known=True)
    found = options.get_all_options(drop_default=True)
    assert (found["direct_num_workers"], found["save_main_session"]) == (2, True)


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("--direct_num_workers=abc", "argument --direct_num_workers: invalid int value: 'abc'"),
        ("--direct_num_workers=-1", "direct_num_workers: 0 for all cores, or how many"),
        ("--save_main_session=true", "argument --save_main_session: ignored explicit argument 'true'"),
        ("--no_such=1", "no option is called no_such"),
    ],
)
def test_wrong_option_is_one_line(word: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError) as told:
        read_options([word], names_known=True)
    assert str(told.value) == f"Beam: {problem}"
    assert capsys.readouterr().err == ""


def test_name_that_only_a_server_may_know_is_passed_on() -> None:
    read_options(["--no_such=1"], names_known=False)
