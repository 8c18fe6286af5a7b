"""The flags of `kubeflow_runner.py`."""

import argparse
import contextlib
import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.command import one_line_errors
from console.flags import OneLineParser, local_path
from core.errors import UserError
from pipeline.kubeflow import commands
from pipeline.recipes import add_config_flags


@one_line_errors
def kubeflow_main(arguments: Sequence[str]) -> int:
    """Does what the flags say, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    if importlib.util.find_spec("kfp") is None:
        raise UserError("kfp, Kubeflow's client, is not installed; `make setup` installs it, or pip install '.[kfp]'")
    return int(flags.command(flags))


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="kubeflow_runner.py", description="The pipeline on Kubeflow Pipelines 2.", allow_abbrev=False
    )
    subparsers = parser.add_subparsers(dest="name", required=True, metavar="COMMAND", parser_class=OneLineParser)

    pipeline = _pipeline_flags()

    def add(name: str, purpose: str, command: commands.Command, **more: Any) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = subparsers.add_parser(name, help=purpose, allow_abbrev=False, **more)
        # Of what is not given, so that what is can be refused beside a FILE.
        added.set_defaults(command=command, not_given=vars(pipeline.parse_args([])))
        return added

    compiling = add("compile", "write the pipeline as Kubeflow takes it", commands.compile_to_file, parents=[pipeline])
    compiling.add_argument(
        "--output", type=local_path, metavar="FILE", default=Path("pipeline.yaml"), help="where to (./pipeline.yaml)"
    )
    submit = add("submit", "upload the pipeline and start a run", commands.submit, parents=[pipeline])
    _add_job_flags(submit)
    submit.add_argument(
        "--wait", action="store_true", help="follow the run, which goes on after Ctrl-C; 0 only with a blessed model"
    )
    submit.add_argument("--pause", type=_seconds, metavar="SECONDS", default=15.0, help="between two looks (15)")
    schedule = add("schedule", "upload the pipeline, run it again and again", commands.schedule, parents=[pipeline])
    _add_job_flags(schedule)
    schedule.add_argument(
        "--cron", required=True, metavar="FIELDS", help="when, as in '0 3 * * *' (server's time zone)"
    )
    for one in (
        add("status", "show a run and its steps", commands.status),
        add("cancel", "end a run", commands.cancel),
    ):
        one.add_argument("run", metavar="RUN", help="its id, as `submit` prints it")
        _add_server_flags(one)
    return parser


def _pipeline_flags() -> argparse.ArgumentParser:
    """Returns what says which pipeline is compiled."""
    parser = OneLineParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--image", metavar="IMAGE", help="of this project (`make image`); needed to compile")
    add_config_flags(parser, " (default)")
    parser.add_argument(
        "--data",
        action="append",
        metavar="PLACE",
        help="a CSV and images: a path on a volume, or a gs:// or s3:// URI; repeatable",
    )
    parser.add_argument("--serving", metavar="PLACE", help="the pushed versions: likewise")
    parser.add_argument("--training-state", metavar="PATH", help="what an interrupted training goes on from")
    _add_repeatable(parser, "--pvc", "NAME:PATH", "mount a volume claim")
    _add_repeatable(parser, "--secret", "NAME:KEY=VARIABLE", "put a key of a Kubernetes secret into the environment")
    _add_repeatable(parser, "--cpu", "COMPONENT=CORES", "such as Trainer=8")
    _add_repeatable(parser, "--memory", "COMPONENT=SIZE", "such as Trainer=8Gi")
    return parser


def _add_job_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", type=local_path, nargs="?", metavar="FILE", help="what `compile` wrote; else its flags compile now"
    )
    _add_server_flags(parser)
    parser.add_argument("--experiment", metavar="NAME", default="russian-letters", help="made where it does not exist")
    parser.add_argument("--name", metavar="NAME", help="of the run or schedule")
    parser.add_argument("--pipeline-root", metavar="URI", help="where artifacts are kept; else where the server says")
    parser.add_argument("--service-account", metavar="NAME", help="that the pods act as")
    _add_repeatable(parser, "--param", "NAME=VALUE", "of the run, such as train_epochs=20 or data=/mnt/letters/data")


def _add_server_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", required=True, metavar="URL", help="the server, such as http://localhost:8080")
    parser.add_argument("--namespace", metavar="NAME", help="on a server for several users")
    parser.add_argument("--token-env", metavar="VARIABLE", help="environment variable that holds a bearer token")


def _add_repeatable(parser: argparse.ArgumentParser, flag: str, form: str, purpose: str) -> None:
    parser.add_argument(flag, action="append", default=[], metavar=form, help=f"{purpose}; repeatable")


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
