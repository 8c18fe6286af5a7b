"""`python -m sample --output DIR`: writes a sample that stands in for the photos."""

import argparse
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from console.command import command_main
from console.exit_status import ExitStatus
from sample.errors import SampleError
from sample.hands import DEFAULT_HANDS
from sample.parameters import DEFAULT_PER_LETTER, DEFAULT_SEED, Parameters
from sample.writer import DEFAULT_WORKERS, write_sample


class _OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with the complaint on stderr."""
        self.exit(ExitStatus.USER_ERROR, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the sample that the command line asks for and says where it is.

    Args:
        arguments: The words after `python -m sample`; those of this process by default.

    Returns:
        The exit status: 0, or 2 for a mistake that one line on stderr tells.
    """
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if others and not options.beam:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    if options.beam and options.workers is not None:
        parser.error("argument --workers: not with --beam; give --direct_num_workers=N")
    try:
        folder = _write(options, others)
    except SampleError as error:
        print(f"python -m sample: {error}", file=sys.stderr)
        return ExitStatus.USER_ERROR
    print(folder)
    return 0


def _write(options: argparse.Namespace, beam_options: Sequence[str]) -> Path:
    fonts = tuple(name.strip() for name in options.fonts.split(",") if name.strip())
    if not options.beam:
        workers = DEFAULT_WORKERS if options.workers is None else options.workers
        return write_sample(options.output, options.per_letter, options.seed, fonts, workers)
    parameters = Parameters(options.per_letter, options.seed, fonts)
    # For this process and, by the environment, for the workers: Google's libraries warn of their own futures.
    warnings.simplefilter("ignore", FutureWarning)
    os.environ.setdefault("PYTHONWARNINGS", "ignore::FutureWarning")
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    # Here, since importing Beam takes seconds.
    from sample.beam_writer import write_sample_with_beam

    return write_sample_with_beam(options.output, parameters, beam_options)


def _parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    parser = _OneLineParser(prog="python -m sample", description=__doc__)
    add = parser.add_argument
    add("--output", type=Path, required=True, metavar="DIR", help="the folder to make")
    add("--per-letter", type=int, default=DEFAULT_PER_LETTER, metavar="N", help="photos of each")
    add("--seed", type=int, default=DEFAULT_SEED, metavar="N", help="0 or more")
    add("--fonts", default=",".join(DEFAULT_HANDS), metavar="NAMES", help="separated by commas")
    add("--workers", type=int, metavar="N", help=f"processes that draw ({DEFAULT_WORKERS}); not with --beam")
    add("--beam", action="store_true", help="draw on Apache Beam; all other options are Beam's own")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main, "nothing is half-written; run it again"))
