"""`python -m sample --output DIR`: writes a sample that stands in for the photos."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser, local_path, whole_number
from sample.parameters import DEFAULT_HANDS, DEFAULT_PER_LETTER, DEFAULT_SEED, Parameters
from sample.processes import DEFAULT_WORKERS
from sample.writer import write_sample
from schema.curated import read_labels


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the sample that the command line asks for and says where it is.

    Args:
        arguments: The words after `python -m sample`; those of this process by default.

    Returns:
        The exit status: 0, or 2 for a mistake that one line on stderr tells.
    """
    flags = _parser().parse_args(arguments)
    hands = tuple(name.strip() for name in flags.fonts.split(",") if name.strip())
    parameters = Parameters(read_labels(), flags.per_letter, flags.seed, hands)
    print(write_sample(flags.output, parameters, flags.workers))
    return ExitStatus.DONE


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m sample", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--output", type=local_path, required=True, metavar="DIR", help="the folder to make")
    add("--per-letter", type=whole_number, default=DEFAULT_PER_LETTER, metavar="N", help="photos of each letter")
    add("--seed", type=partial(whole_number, least=0), default=DEFAULT_SEED, metavar="N", help="0 or more")
    add("--fonts", default=",".join(DEFAULT_HANDS), metavar="NAMES", help="separated by commas")
    add("--workers", type=whole_number, default=DEFAULT_WORKERS, metavar="N", help="processes that draw (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main, "nothing is half-written; run it again"))
