"""Small runs of the whole pipeline on an engine, in this process and in one of their own."""

import subprocess
import sys
from pathlib import Path

from core.project import ROOT
from tests.pipeline.beam.beam_processes import ENGINE, Servers
from tests.tiny_run import run_tiny, tiny_flags


def run_pipeline(data: Path, output: Path, servers: Servers | None = None) -> int:
    """Runs the pipeline, on `direct` where there are no servers, and returns its status."""
    beam = (f"beam.engine={ENGINE}", f"beam.options={','.join(servers.options)}") if servers else ()
    return run_tiny(data, output, *beam).status


def start_pipeline(data: Path, output: Path, servers: Servers, err: Path) -> subprocess.Popen:
    """Starts the pipeline in a process of its own, whose stderr goes to `err`."""
    command = [sys.executable, "local_runner.py", *tiny_flags(data, output)]
    with err.open("w") as stream:
        return subprocess.Popen([*command, *servers.flags], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stream)
