"""What `local_runner.py` was asked for with some flags, without running anything."""

import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from pipeline.config import Config
from pipeline.local import command_line


class Asked(NamedTuple):
    """What `run` would have been called with."""

    config: Config
    data: Sequence[Path]
    output: Path
    schema: Path
    cache: bool
    verbose: bool


def asked(arguments: Sequence[str]) -> Asked:
    """Returns what the flags ask `run` for; raises what is wrong with them."""
    with patch.object(command_line, "run", Asked):
        found = inspect.unwrap(command_line.local_main)(arguments)
    assert isinstance(found, Asked)
    return found
