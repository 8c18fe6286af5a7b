"""What the libraries log is heard while a pipeline runs, and is not on the screen before, meanwhile or after."""

import subprocess
import sys

import pytest

from core.project import ROOT

_CODE = """
import logging
import absl.logging
from console.logs import listening, set_up_logs

class Heard(logging.Handler):
    def emit(self, record):
        print(record.getMessage())

set_up_logs(verbose=VERBOSE)
for number in (1, 2):
    absl.logging.warning("before %d", number)
    with listening(Heard(), VERBOSE):
        absl.logging.info("heard %d", number)
absl.logging.warning("after")
"""


@pytest.mark.parametrize("verbose", [False, True])
def test_log_is_heard_and_shown_only_where_it_is_asked_for(verbose: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE.replace("VERBOSE", str(verbose))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "heard 1\nheard 2\n"
    shown = ["before 1", "heard 1", "before 2", "heard 2", "after"] if verbose else []
    assert [line.split(":", 2)[-1] for line in done.stderr.splitlines()] == shown
