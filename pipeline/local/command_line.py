"""The flags of `local_runner.py`."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from console.command import ExitStatus, one_line_errors
from console.flags import OneLineParser, local_folder, local_path, whole_number
from console.logs import set_up_logs
from core.errors import UserError, printable
from core.files import resolved
from pipeline.beam.engines import local_args
from pipeline.local.run import run
from pipeline.local.versions import keep_latest, roll_back
from pipeline.places import check_no_pattern
from pipeline.recipes import add_config_flags, config_of
from schema.curated import CURATED_SCHEMA


@one_line_errors
def local_main(arguments: Sequence[str]) -> int:
    """Runs the pipeline as the flags say, or does what they ask with its pushed versions; returns the exit status."""
    flags = _parser().parse_args(arguments)
    if flags.rollback or flags.keep is not None:
        print(printable(_with_versions(flags)))
        return ExitStatus.DONE
    config = config_of(flags, "default" if flags.data else "sample")
    # Here, before anything is written: a refused option may be a key.
    local_args(config.beam)
    check_no_pattern("--output", resolved(flags.output))
    return run(config, flags.data, flags.output, schema=flags.schema, cache=not flags.no_cache, verbose=flags.verbose)


def _with_versions(flags: argparse.Namespace) -> str:
    name = "--rollback" if flags.rollback else "--keep"
    if flags.data or flags.recipe or flags.set or flags.no_cache or flags.beam or flags.beam_option:
        raise UserError(f"{name}: runs nothing, and goes with --output only")
    set_up_logs(flags.verbose)
    return roll_back(flags.output) if flags.rollback else keep_latest(flags.output, flags.keep)


def _parser() -> argparse.ArgumentParser:
    folder = partial(local_folder, otherwise=", and a local run works on folders; kubeflow_runner.py takes buckets")
    parser = OneLineParser(
        prog="local_runner.py",
        description="From photos of handwritten Russian letters to a blessed, pushed model.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--data",
        type=folder,
        action="append",
        default=[],
        metavar="DIR",
        help="folder with a CSV and images; repeatable; without it, generated letters",
    )
    parser.add_argument(
        "--schema",
        type=local_path,
        metavar="FILE",
        default=CURATED_SCHEMA,
        help="names the labels (schema/schema.pbtxt)",
    )
    parser.add_argument(
        "--output", type=folder, metavar="DIR", default=Path("output"), help="where everything is written (./output)"
    )
    add_config_flags(parser, "; `default` with --data, else `sample`")
    parser.add_argument("--no-cache", action="store_true", help="run every component anew")
    parser.add_argument("--verbose", action="store_true", help="show the libraries' logs")
    versions = parser.add_mutually_exclusive_group()
    versions.add_argument(
        "--rollback", action="store_true", help="run nothing; push the version before the latest again"
    )
    versions.add_argument(
        "--keep", type=whole_number, metavar="N", help="run nothing; delete all pushed versions but the latest N"
    )
    return parser
