"""Beam's engines: what each gets filled in, and what is refused in one line, before TFX is imported."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.settings import BeamSettings
from core.errors import UserError
from core.project import ROOT
from pipeline.beam.engines import DIRECT_ARGS, check_servers, endpoints, kubeflow_args, local_args, read_options
from pipeline.config import Config, with_overrides
from pipeline.kubeflow.command_line import kubeflow_main
from pipeline.local.command_line import local_main
from tests.pipeline.local.asked import asked

_COMPILE = ("compile", "--image", "letters:1", "--pvc", "letters:/mnt/letters")
# Nobody may listen on the first port.
_CLOSED = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ought to be refused and is not fails here, and not after minutes."""
    monkeypatch.setattr("pipeline.local.command_line.run", lambda *asked, **_: pytest.fail(f"would have run {asked}"))


def _args(engine: str, *options: str) -> tuple[str, ...]:
    return local_args(BeamSettings(engine=engine, options=options))


def test_nothing_said_is_the_direct_engine() -> None:
    assert local_args(asked([]).config.beam) == DIRECT_ARGS
    assert kubeflow_args(BeamSettings()) == DIRECT_ARGS


def test_options_change_and_add_to_those_of_the_direct_engine() -> None:
    args = _args("direct", "direct_num_workers=2", "direct_running_mode=multi_processing", "temp_location=/t=1")
    assert args == (
        DIRECT_ARGS[0],
        "--direct_running_mode=multi_processing",
        "--direct_num_workers=2",
        DIRECT_ARGS[3],
        "--temp_location=/t=1",
    )


def test_engine_with_a_job_server_gets_its_options_filled_in() -> None:
    assert set(_args("flink", "parallelism=2")) == {
        "--runner=PortableRunner",
        "--job_endpoint=localhost:8099",
        "--environment_type=EXTERNAL",
        "--environment_config=localhost:50000",
        "--sdk_container_image=none",
        "--job_server_timeout=86400",
        "--experiments=disable_logging_submission_environment",
        "--parallelism=2",
    }


def test_loopback_needs_no_worker_pool() -> None:
    args = _args("flink", "environment_type=LOOPBACK")
    assert not any(arg.startswith("--environment_config") for arg in args)
    assert endpoints("flink", args) == [("job_endpoint", "localhost:8099")]


def test_flags_come_after_the_configuration_and_the_last_of_a_name_wins() -> None:
    flags = ["--set", "beam.engine=flink", "--set", "beam.options=parallelism=1,job_endpoint=a:1"]
    beam = asked([*flags, "--beam-option", "parallelism=3"]).config.beam
    assert beam.engine == "flink"
    assert {"--parallelism=3", "--job_endpoint=a:1"} <= set(local_args(beam))
    assert asked([*flags, "--beam", "direct"]).config.beam.engine == "direct"


def test_engine_is_no_part_of_what_identifies_a_configuration() -> None:
    base = Config(recipe="base")
    changed = with_overrides(base, ["beam.engine=flink", "beam.options=parallelism=2"])
    assert changed != base
    assert changed.sha256() == base.sha256()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--beam-option", "a"], "--beam-option a: write it as key=value, such as parallelism=2"),
        (["--beam-option", "a="], "--beam-option a=: write it as key=value, such as parallelism=2"),
        (["--beam-option", "--a=1"], None),
        (["--beam-option=--a=1"], "--beam-option --a=1: write it as key=value, such as parallelism=2"),
        (["--beam-option", "a=1\n2"], "--beam-option a=1\\n2: write it as key=value, such as parallelism=2"),
        (["--beam-option", "runner=X"], "--beam-option runner: the engine is chosen with --beam"),
        (["--beam", "storm"], None),
        (
            ["--beam", "flink", "--beam-option", "job_endpoint=here"],
            "--beam flink: job_endpoint=here: give it as HOST:PORT, such as localhost:8099",
        ),
        (
            ["--beam", "flink", "--beam-option", "environment_config=a:70000"],
            "--beam flink: environment_config=a:70000: give it as HOST:PORT, such as localhost:8099",
        ),
        (
            ["--beam", "flink", "--beam-option", "job_endpoint=:8099"],
            "--beam flink: job_endpoint=:8099: give it as HOST:PORT, such as localhost:8099",
        ),
        (
            ["--beam", "dataflow"],
            "--beam dataflow: cannot be done: its workers reach buckets only, and this pipeline keeps its photos and "
            "artifacts in folders; use --beam direct",
        ),
        (["--data", "gs://bucket/photos"], None),
        (["--output", "s3://bucket/output"], None),
        (["--rollback", "--beam", "flink"], "--rollback: runs nothing, and goes with --output only"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    flags: list[str],
    message: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = local_main(flags)
    except SystemExit as error:
        # Of the parser, whose own words are its library's.
        status = error.code
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message is None or err == message + "\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", ["s3_secret_access_key=hunter2", "s3_session_token=hunter2"])
@pytest.mark.parametrize("form", ["--beam-option={}", "--set=beam.options={}"])
def test_key_is_refused_before_it_gets_anywhere(
    form: str, given: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    output = tmp_path / "output"
    assert local_main(["--output", str(output), form.format(given)]) == 2
    assert "keys do not belong here" in (told := capsys.readouterr().err)
    assert "hunter2" not in told
    assert not output.exists()


def test_uri_is_told_of_without_its_keys(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        asked(["--data", "s3://AKIA:hunter2@bucket/photos"])
    told = capsys.readouterr().err
    assert told.startswith("local_runner.py: argument --data: a URI, and a local run works on folders")
    assert "hunter2" not in told


@pytest.mark.parametrize("engine", ["flink", "dataflow"])
def test_kubeflow_refuses_engines_whose_workers_do_not_see_a_pod(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "pipeline.yaml"
    assert kubeflow_main([*_COMPILE, "--output", str(path), "--beam", engine]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"--beam {engine}: cannot be done on Kubeflow: ")
    assert not path.exists()


def test_settings_refuse_an_engine_that_nobody_knows() -> None:
    with pytest.raises(UserError, match=r"^--set beam.engine=storm: beam.engine: input should be 'direct', 'flink'"):
        with_overrides(Config(recipe="base"), ["beam.engine=storm"])


@pytest.fixture
def answering() -> Iterator[str]:
    """The address of a server that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _flink_args(job_server: str, worker_pool: str) -> tuple[str, ...]:
    options = (f"job_endpoint={job_server}", f"environment_config={worker_pool}")
    return local_args(BeamSettings(engine="flink", options=options))


def test_servers_that_answer_are_taken(answering: str) -> None:
    check_servers("flink", _flink_args(answering, answering))


def test_direct_engine_needs_no_server() -> None:
    check_servers("direct", DIRECT_ARGS)


def test_silent_worker_pool_is_told(answering: str) -> None:
    with pytest.raises(UserError) as told:
        check_servers("flink", _flink_args(answering, _CLOSED))
    assert str(told.value) == (
        f"--beam flink: no worker pool answers at {_CLOSED} (Connection refused); start one (docs/scale.md), or name "
        "another with --beam-option environment_config=HOST:PORT"
    )


def test_address_that_no_name_service_takes_is_told(answering: str) -> None:
    with pytest.raises(UserError, match=r"--beam flink: no job server answers at a\.\.b:80 \("):
        check_servers("flink", _flink_args("a..b:80", answering))


# Runs the command, and then says on stdout whether TFX or TensorFlow was imported for it.
_SCRIPT = """
import atexit, sys
atexit.register(lambda: print("heavy:", [name for name in ("tfx", "tensorflow", "apache_beam") if name in sys.modules]))
from pipeline.local.command_line import local_main
sys.exit(local_main(sys.argv[1:]))
"""


def test_run_without_a_job_server_is_one_line_without_importing_tfx(tmp_path: Path) -> None:
    flags = ["--output", str(tmp_path), "--beam", "flink", "--beam-option", f"job_endpoint={_CLOSED}"]
    command = [sys.executable, "-c", _SCRIPT, *flags]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        f"--beam flink: no job server answers at {_CLOSED} (Connection refused); start one (docs/scale.md), or name "
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
