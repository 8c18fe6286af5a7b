"""`--beam` and `--beam-option`: what each engine gets filled in, and what is refused in one line, before all else."""

from pathlib import Path

import pytest

from components.settings import BeamSettings
from core.errors import UserError
from pipeline.beam.engines import DIRECT_ARGS, endpoints, kubeflow_args, local_args
from pipeline.config import Config, with_overrides
from pipeline.kubeflow.command_line import kubeflow_main
from pipeline.local.command_line import local_main
from tests.pipeline.local.asked import asked

_COMPILE = ("compile", "--image", "letters:1", "--pvc", "letters:/mnt/letters")


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


@pytest.mark.parametrize("engine", ["flink", "spark"])
def test_engine_with_a_job_server_gets_its_options_filled_in(engine: str) -> None:
    assert set(_args(engine, "parallelism=2")) == {
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
    flags = ["--set", "beam.engine=spark", "--set", "beam.options=parallelism=1,job_endpoint=a:1"]
    beam = asked([*flags, "--beam", "flink", "--beam-option", "parallelism=3"]).config.beam
    assert beam.engine == "flink"
    assert {"--parallelism=3", "--job_endpoint=a:1"} <= set(local_args(beam))
    assert asked(flags).config.beam.engine == "spark"


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
            ["--beam", "spark", "--beam-option", "environment_config=a:70000"],
            "--beam spark: environment_config=a:70000: give it as HOST:PORT, such as localhost:8099",
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


@pytest.mark.parametrize("engine", ["flink", "spark", "dataflow"])
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
