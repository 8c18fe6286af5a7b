"""`local_runner.py` as a process of its own, with the tiny settings, under limits."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.project import ROOT
from tests.tiny_run import tiny_flags


@dataclass(frozen=True)
class Ended:
    """How a process ended; a signal's number is negative, as `subprocess` gives it."""

    status: int
    out: str
    err: str


def started(
    data: Path,
    output: Path,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """Starts the whole pipeline.

    Args:
        data: The data folder.
        output: The output folder.
        environment: Variables beside those of this process.
    """
    return subprocess.Popen(
        [sys.executable, "local_runner.py", *tiny_flags(data, output)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call_pipeline(data: Path, output: Path, **environment: str) -> Ended:
    """Runs the whole pipeline, with variables beside those of this process."""
    with started(data, output, environment=environment) as process:
        out, err = process.communicate()
    return Ended(process.returncode, out, err)
