"""What all command lines share: a parser that complains in one line, folders, and numbers. Imports nothing heavy."""

import argparse
from pathlib import Path
from typing import NoReturn

from console.command import ExitStatus
from core.errors import printable
from core.files import is_uri

# Of a number that anybody may mean; Python refuses to read thousands.
_DIGITS = 9


class OneLineParser(argparse.ArgumentParser):
    """A parser that answers a wrong flag with one line, not with the usage as well."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with status 2."""
        self.exit(ExitStatus.USER_ERROR, f"{self.prog}: {printable(message)}; see --help\n")


def local_folder(text: str, otherwise: str) -> Path:
    """Returns a folder from the command line.

    Args:
        text: A path.
        otherwise: What follows "a URI": why that cannot be, and what can.

    Raises:
        ArgumentTypeError: If it is a URI.
    """
    if is_uri(text):
        # Not quoted: it may hold keys.
        raise argparse.ArgumentTypeError(f"a URI{otherwise}")
    return Path(text)


def whole_number(text: str, least: int = 1) -> int:
    """Returns a number from the command line.

    Raises:
        ArgumentTypeError: If it is no whole number from `least`, or has more than nine digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) >= least):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
    return int(text)
