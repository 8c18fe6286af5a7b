"""`python -m sample --output DIR`: writes a sample that stands in for the photos."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from sample.errors import SampleError
from sample.fonts import FONTS
from sample.parameters import DEFAULT_PER_LETTER, DEFAULT_SEED
from sample.writer import DEFAULT_WORKERS, write_sample

# What a shell takes for a mistake in the command, and for an end by Ctrl-C.
_MISTAKE = 2
_INTERRUPTED = 130


class _OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line, without the usage above it."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with the complaint on stderr."""
        self.exit(_MISTAKE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the sample that the command line asks for and says where it is.

    Args:
        arguments: The words after `python -m sample`; those of this process by default.

    Returns:
        The exit status: 0, or 2 for a mistake that one line on stderr tells.
    """
    options = _parser().parse_args(arguments)
    fonts = tuple(name.strip() for name in options.fonts.split(",") if name.strip())
    try:
        folder = write_sample(options.output, options.per_letter, options.seed, fonts, options.workers)
    except SampleError as error:
        print(f"python -m sample: {error}", file=sys.stderr)
        return _MISTAKE
    except KeyboardInterrupt:
        return _INTERRUPTED
    print(folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    parser = _OneLineParser(prog="python -m sample", description=__doc__)
    add = parser.add_argument
    add("--output", type=Path, required=True, metavar="DIR", help="the folder to make")
    add("--per-letter", type=int, default=DEFAULT_PER_LETTER, metavar="N", help="photos of each")
    add("--seed", type=int, default=DEFAULT_SEED, metavar="N", help="0 or more")
    add("--fonts", default=",".join(FONTS), metavar="NAMES", help="separated by commas")
    add("--workers", type=int, default=DEFAULT_WORKERS, metavar="N", help="processes that draw")
    return parser


if __name__ == "__main__":
    sys.exit(main())
