"""A run that is killed while its processes draw letters: they end with it, and with them its lock on the output."""

import subprocess
import sys
import time
from pathlib import Path

from core.errors import UserError
from core.project import ROOT
from pipeline.local.output import Output, locked

# A worker needs some 20 s for the photos of one letter, and would end only then.
DRAWING = """
import sys
from pathlib import Path
from pipeline.local.output import Output, locked
from sample.writer import write_sample
folder = Path(sys.argv[1])
with locked(Output(folder / "output")):
    write_sample(folder / "data", per_letter=2000)
"""


def free(output: Output) -> bool:
    try:
        with locked(output):
            return True
    except UserError:
        return False


def test_output_of_a_killed_run_is_free_long_before_they_are_done(tmp_path: Path) -> None:
    output = Output(tmp_path / "output")
    command = [sys.executable, "-c", DRAWING, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as drawing:
        while not list(tmp_path.glob(".data.partial-*")):
            time.sleep(0.1)
        # The workers start right after the folder is made.
        time.sleep(1)
        assert not free(output)
        drawing.kill()
        drawing.wait()
        killed = time.monotonic()
        while not free(output) and time.monotonic() - killed < 5:
            time.sleep(0.1)
        assert free(output)
        assert drawing.stderr.read() == ""
