"""What all command lines share: a parser that complains in one line, folders, and numbers. Imports nothing heavy."""

import argparse
import os
from pathlib import Path
from typing import NoReturn

from console.command import ExitStatus
from core.errors import printable
from core.files import is_uri

# Python refuses to read numbers of thousands of digits.
_MOST = 999_999_999


class OneLineParser(argparse.ArgumentParser):
    """A parser that answers a wrong flag with one line, not with the usage as well."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with status 2."""
        self.exit(ExitStatus.USER_ERROR, f"{self.prog}: {printable(message)}; see --help\n")


def local_path(text: str) -> Path:
    """Returns a path from the command line; a `~` stands for the home folder also where no shell has replaced it."""
    return Path(os.path.expanduser(text))


def local_folder(text: str, otherwise: str) -> Path:
    """Returns a folder from the command line.

    Raises:
        ArgumentTypeError: If it is empty, which to `Path` is the current folder; if it is a URI, with what follows
            these words: `otherwise`, why that cannot be, and what can.
    """
    if not text:
        raise argparse.ArgumentTypeError("an empty name")
    if is_uri(text):
        # Not quoted: it may hold keys.
        raise argparse.ArgumentTypeError(f"a URI{otherwise}")
    return local_path(text)


def whole_number(text: str, least: int = 1, most: int = _MOST) -> int:
    """Returns a number from the command line.

    Raises:
        ArgumentTypeError: If it is no whole number from `least` to `most`.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MOST)) and least <= int(text) <= most):
        upward = f" to {most}" if most < _MOST else ""
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}{upward}")
    return int(text)
