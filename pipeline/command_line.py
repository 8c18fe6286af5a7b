"""The flags of `local_runner.py`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from components.errors import UserError
from pipeline.config import with_overrides
from pipeline.exit_status import ExitStatus
from pipeline.recipes import RECIPES, named
from pipeline.run import Request, run


class OneLineParser(argparse.ArgumentParser):
    """A parser that answers a wrong flag with one line, not with the usage as well."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with status 2."""
        self.exit(ExitStatus.USER_ERROR, f"{self.prog}: {message}; see --help\n")


def local_main(arguments: Sequence[str]) -> int:
    """Runs the pipeline as the flags say, and returns the exit status."""
    try:
        return run(parse_request(arguments))
    except UserError as error:
        print(error, file=sys.stderr)
        return ExitStatus.USER_ERROR


def parse_request(arguments: Sequence[str]) -> Request:
    """Returns what the flags ask for.

    Raises:
        UserError: If a recipe, a field or a value is wrong.
        SystemExit: If a flag is wrong, or help is asked for.
    """
    flags = _parser().parse_args(arguments)
    recipe = flags.recipe or ("default" if flags.data else "sample")
    return Request(
        config=with_overrides(named(recipe), flags.set),
        data=flags.data,
        output=flags.output,
        cache=not flags.no_cache,
        verbose=flags.verbose,
    )


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="local_runner.py",
        description="From photos of handwritten Russian letters to a blessed, pushed model.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder with the CSV and the images; without it, generated letters"
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", default=Path("output"), help="where everything is written (./output)"
    )
    parser.add_argument("--recipe", metavar="NAME", help=f"{', '.join(RECIPES)}; `default` with --data, else `sample`")
    parser.add_argument(
        "--set", action="append", default=[], metavar="section.key=value", help="override one setting; repeatable"
    )
    parser.add_argument("--no-cache", action="store_true", help="run every component anew")
    parser.add_argument("--verbose", action="store_true", help="show the libraries' logs")
    return parser
