"""Paths and the URIs that Beam's file systems read; importing this module imports nothing heavy."""

import os
from pathlib import Path

from core.errors import UserError
from core.files import is_uri, resolved

# Beam's file systems, without what this project does not install.
_SCHEMES = ("gs://", "s3://", "hdfs://")


def check_scheme(name: str, text: str) -> None:
    """Checks that a text is a path, or a URI that can be read and written.

    Args:
        name: The text's at the command line, for the message.
        text: A path or URI.

    Raises:
        UserError: If it is another URI.
    """
    if is_uri(text) and not text.startswith(_SCHEMES):
        scheme = text.partition("://")[0]
        raise UserError(f"{name}: {scheme}:// is not read; folders and {', '.join(_SCHEMES)} are")


def absolute(path: str) -> str:
    """Returns a file's path for processes in other folders; where the file itself is a symlink, it stays one.

    Raises:
        UserError: If its folder cannot be found.
    """
    folder, name = os.path.split(path)
    return str(resolved(Path(folder)) / name)
