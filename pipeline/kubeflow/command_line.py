"""The flags of `kubeflow_runner.py`."""

import argparse
import contextlib
import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.command import one_line_errors
from console.flags import OneLineParser
from core.errors import UserError
from pipeline.beam.flags import add_beam_flags
from pipeline.kubeflow import commands
from pipeline.recipes import RECIPES

# The type of what `add_subparsers` returns has no public name.
_Subparsers = Any


@one_line_errors
def kubeflow_main(arguments: Sequence[str]) -> int:
    """Does what the flags say, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    _need_kfp()
    return int(flags.command(flags))


def _need_kfp() -> None:
    if importlib.util.find_spec("kfp") is None:
        raise UserError("kfp, Kubeflow's client, is not installed; `make setup` installs it, or pip install '.[kfp]'")


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="kubeflow_runner.py", description="The pipeline on Kubeflow Pipelines 2.", allow_abbrev=False
    )
    subparsers = parser.add_subparsers(dest="name", required=True, metavar="COMMAND", parser_class=OneLineParser)
    _add_compile(subparsers)
    _add_submit(subparsers)
    _add_schedule(subparsers)
    _add_one_run(subparsers, "status", "show a run and its steps", commands.status)
    _add_one_run(subparsers, "cancel", "end a run", commands.cancel)
    return parser


def _add_compile(subparsers: _Subparsers) -> None:
    parser = subparsers.add_parser("compile", help="write the pipeline as Kubeflow takes it", allow_abbrev=False)
    parser.set_defaults(command=commands.compile_to_file)
    _add_pipeline_flags(parser)
    parser.add_argument(
        "--output", type=Path, metavar="FILE", default=Path("pipeline.yaml"), help="where to (./pipeline.yaml)"
    )


def _add_submit(subparsers: _Subparsers) -> None:
    parser = subparsers.add_parser("submit", help="upload the pipeline and start a run", allow_abbrev=False)
    parser.set_defaults(command=commands.submit)
    _add_job_flags(parser)
    parser.add_argument("--wait", action="store_true", help="follow the run; 0 only with a blessed model")
    _add_pause(parser)


def _add_schedule(subparsers: _Subparsers) -> None:
    parser = subparsers.add_parser(
        "schedule", help="upload the pipeline and run it again and again", allow_abbrev=False
    )
    parser.set_defaults(command=commands.schedule)
    _add_job_flags(parser)
    parser.add_argument("--cron", required=True, metavar="FIELDS", help="when, as in '0 3 * * *' (server's time zone)")


def _add_one_run(subparsers: _Subparsers, name: str, purpose: str, command: commands.Command) -> None:
    parser = subparsers.add_parser(name, help=purpose, allow_abbrev=False)
    parser.set_defaults(command=command)
    parser.add_argument("run", metavar="RUN", help="its id, as `submit` prints it")
    _add_server_flags(parser)


def _add_job_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a compiled pipeline")
    _add_server_flags(parser)
    parser.add_argument("--experiment", metavar="NAME", default="russian-letters", help="made where it does not exist")
    parser.add_argument("--name", metavar="NAME", help="of the run or schedule")
    parser.add_argument(
        "--pipeline-root", metavar="URI", help="where artifacts are kept; without it, where the server says"
    )
    parser.add_argument("--service-account", metavar="NAME", help="that the pods act as")
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the run, such as train_epochs=20 or data=/mnt/letters/data; repeatable",
    )


def _add_server_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", required=True, metavar="URL", help="the server, such as http://localhost:8080")
    parser.add_argument("--namespace", metavar="NAME", help="on a server for several users")
    parser.add_argument("--token-env", metavar="VARIABLE", help="environment variable that holds a bearer token")


def _add_pause(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pause", type=_seconds, metavar="SECONDS", default=15.0, help="between two looks of --wait (15)"
    )


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")


def _add_pipeline_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--image", required=True, metavar="IMAGE", help="container image of this project (`make image`)"
    )
    parser.add_argument("--recipe", metavar="NAME", help=f"{', '.join(RECIPES)} (default)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="section.key=value", help="override a setting; repeatable"
    )
    add_beam_flags(parser)
    parser.add_argument(
        "--data", metavar="PLACE", help="the CSV and the images: a path on a volume, or a gs:// or s3:// URI"
    )
    parser.add_argument("--serving", metavar="PLACE", help="the pushed versions: likewise")
    parser.add_argument(
        "--training-state", metavar="PATH", help="what an interrupted training goes on from, on a volume"
    )
    parser.add_argument(
        "--pvc", action="append", default=[], metavar="NAME:PATH", help="mount a volume claim; repeatable"
    )
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="NAME:KEY=VARIABLE",
        help="put a key of a Kubernetes secret into the environment; repeatable",
    )
    parser.add_argument("--cpu", action="append", default=[], metavar="COMPONENT=CORES", help="repeatable")
    parser.add_argument(
        "--memory", action="append", default=[], metavar="COMPONENT=SIZE", help="such as Trainer=8Gi; repeatable"
    )
