"""What the benchmarks' command lines share."""

import argparse
from pathlib import Path

from core.errors import UserError

DEFAULT_OUTPUT = Path("output/benchmarks")


def fraction(text: str) -> float:
    """Returns a fraction from the command line.

    Raises:
        ArgumentTypeError: If it is no number above 0 and up to 1.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 and up to 1")
    return value


def make_folder(folder: Path) -> None:
    """Makes the folder for results, before minutes of measuring rather than after.

    Raises:
        UserError: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be made: {error.strerror}") from None
