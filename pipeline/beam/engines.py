"""Which engine Beam runs on: its flags, its options, and whether its servers answer. Imports nothing heavy."""

import argparse
import io
import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, get_args

from components.settings import BeamSettings
from core.errors import UserError

if TYPE_CHECKING:
    from apache_beam.options.pipeline_options import PipelineOptions

# Beam's DirectRunner hands all to this one anyway, but that of Beam 2.77 first asks GitHub for another runner's binary.
_LOCAL_RUNNER = "apache_beam.runners.portability.fn_api_runner.FnApiRunner"
# In one process: a worker process would import TFX and TensorFlow anew, which takes longer than its work.
DIRECT_ARGS = (
    f"--runner={_LOCAL_RUNNER}",
    "--direct_running_mode=in_memory",
    "--direct_num_workers=1",
    # No remote worker needs TFX's source; without this TFX packs it, 49 MB in /tmp, for every Beam component.
    "--sdk_container_image=none",
)

# Engines that take pipelines at a job server and have other processes run their Python. The ports, here and of the
# worker pool, are those that Beam's job servers and documents use.
JOB_SERVER_ENGINES = frozenset({"flink"})
_JOB_ENDPOINT = "localhost:8099"
_WORKER_POOL = "localhost:50000"
# By the option that names the server.
_SERVERS = {"job_endpoint": "job server", "environment_config": "worker pool"}
_TIMEOUT_SECONDS = 5.0

_JOB_SERVER_DEFAULTS: Mapping[str, str] = {
    "runner": "PortableRunner",
    "environment_type": "EXTERNAL",
    "sdk_container_image": "none",
    # A day, of a whole job: servers that tell of its state before it runs end it then, and Beam's default is a minute.
    "job_server_timeout": "86400",
    # Beam asks pip for a list of what is installed, and .venv has no pip.
    "experiments": "disable_logging_submission_environment",
}

_ENGINES = get_args(BeamSettings.model_fields["engine"].annotation)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Options go into TFX's record, the summary and compiled pipelines, where whoever reads those would find them.
_KEYS = frozenset({"s3_access_key_id", "s3_secret_access_key", "s3_session_token", "azure_connection_string"})
_ADDRESS = re.compile(r"[^\s:/]+:([0-9]{1,5})")

# Dataflow's workers are on other machines, and so are an engine's that a pod talks to; our own components read and
# write artifacts as files.
_NO_DATAFLOW = (
    "--beam dataflow: cannot be done: its workers reach buckets only, and this pipeline keeps its photos and artifacts "
    "in folders; use --beam direct"
)
_NOT_IN_PODS = (
    "--beam {engine}: cannot be done on Kubeflow: a step's photos and artifacts lie in folders of its own pod, which "
    "the engine's workers do not see; use --beam direct"
)


def add_beam_flags(parser: argparse._ActionsContainer) -> None:
    """Adds `--beam` and `--beam-option` to a parser or a group of one; argparse has no public name for both."""
    parser.add_argument("--beam", choices=_ENGINES, help=f"what Beam runs on ({_ENGINES[0]}); docs/scale.md")
    parser.add_argument(
        "--beam-option", action="append", default=[], metavar="key=value", help="an option of Beam's; repeatable"
    )


def beam_settings(flags: argparse.Namespace, configured: BeamSettings | None = None) -> BeamSettings:
    """Returns what is said of Beam: the flags, before what a configuration says; the last option of a name wins."""
    configured = configured or BeamSettings()
    return BeamSettings(engine=flags.beam or configured.engine, options=(*configured.options, *flags.beam_option))


def local_args(settings: BeamSettings) -> tuple[str, ...]:
    """Returns Beam's options for a run on this machine, those of the engine filled in.

    Raises:
        UserError: If an option is wrong, or the engine cannot run this pipeline.
    """
    given = _given(settings)
    if settings.engine == "dataflow":
        raise UserError(_NO_DATAFLOW)
    if settings.engine == "direct":
        return _words(_pairs(DIRECT_ARGS) | given)
    options = {**_JOB_SERVER_DEFAULTS, "job_endpoint": _JOB_ENDPOINT, **given}
    if options["environment_type"] == "EXTERNAL":
        options.setdefault("environment_config", _WORKER_POOL)
    for name, address in endpoints(settings.engine, _words(options)):
        found = _ADDRESS.fullmatch(address)
        if not found or not 0 < int(found[1]) < 2**16:
            example = f"such as {_JOB_ENDPOINT}"
            raise UserError(f"--beam {settings.engine}: {name}={address}: give it as HOST:PORT, {example}")
    return _words(options)


def kubeflow_args(settings: BeamSettings) -> tuple[str, ...]:
    """Returns Beam's options for the steps of a compiled pipeline.

    Raises:
        UserError: If an option is wrong, or the engine cannot run steps in pods.
    """
    given = _given(settings)
    if settings.engine != "direct":
        raise UserError(_NOT_IN_PODS.format(engine=settings.engine))
    return _words(_pairs(DIRECT_ARGS) | given)


def endpoints(engine: str, args: Sequence[str]) -> list[tuple[str, str]]:
    """Returns those of an engine's `local_args` that name a server which must answer, each with its HOST:PORT."""
    if engine not in JOB_SERVER_ENGINES:
        return []
    options = _pairs(args)
    # Other environments than an external pool have something else there.
    pool = ["environment_config"] if options["environment_type"] == "EXTERNAL" else []
    return [(name, options[name]) for name in ("job_endpoint", *pool)]


def check_servers(engine: str, args: Sequence[str]) -> None:
    """Checks that the job server and the worker pool of an engine answer, which its `local_args` name.

    Raises:
        UserError: If one does not.
    """
    for name, address in endpoints(engine, args):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=_TIMEOUT_SECONDS).close()
        # A UnicodeError is what an address gives that cannot be asked for, such as a..b.
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(
                f"--beam {engine}: no {_SERVERS[name]} answers at {address} ({reason}); start one "
                f"(docs/scale.md), or name another with --beam-option {name}=HOST:PORT"
            ) from None


def read_options(words: Sequence[str], *, names_known: bool) -> "PipelineOptions":
    """Returns the options that words, `--name=value` or `--name` each, stand for, as Beam itself reads them.

    This Beam need not know all names: an engine may have some that only its job server knows.

    Raises:
        UserError: If a value is wrong, or a name where all are known.
    """
    # Here, since it imports Beam.
    from apache_beam.options.pipeline_options import PipelineOptions

    options, said = PipelineOptions(list(words)), io.StringIO()
    try:
        with redirect_stderr(said):
            # Beam looks at a value when it is first asked for, and then ends the process with a page of usage.
            known = options.get_all_options()
            given = options.get_all_options(retain_unknown_options=True)
    except SystemExit:
        raise UserError(f"Beam: {said.getvalue().strip().partition('error: ')[2]}") from None
    if names_known and (unknown := sorted(given.keys() - known.keys())):
        raise UserError(f"Beam: no option is called {', '.join(unknown)}")
    # Beam takes it, and fails at the first job.
    if known["direct_num_workers"] < 0:
        raise UserError("Beam: direct_num_workers: 0 for all cores, or how many")
    return options


def _given(settings: BeamSettings) -> dict[str, str]:
    """Returns the options that a person gave; the last of a name wins."""
    given = {}
    for assignment in settings.options:
        name, separator, value = assignment.partition("=")
        # First, so that no message below quotes a key.
        if name in _KEYS:
            raise UserError(f"--beam-option {name}: keys do not belong here; put them into the environment")
        if not separator or not _NAME.fullmatch(name) or not value.isprintable() or not value:
            raise UserError(f"--beam-option {assignment}: write it as key=value, such as parallelism=2")
        if name == "runner":
            raise UserError("--beam-option runner: the engine is chosen with --beam")
        given[name] = value
    return given


def _pairs(args: Sequence[str]) -> dict[str, str]:
    return dict(arg.removeprefix("--").split("=", 1) for arg in args)


def _words(options: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"--{name}={value}" for name, value in options.items())
