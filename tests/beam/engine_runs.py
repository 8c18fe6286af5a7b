"""Small runs of the whole pipeline on an engine, in this process and in one of their own."""

import subprocess
import sys
from pathlib import Path

from beam_processes import Servers

from pipeline.config import with_overrides
from pipeline.recipes import sample
from pipeline.run import Request, run

_ROOT = Path(__file__).resolve().parent.parent.parent
# As in tests/end_to_end/tiny_run.py.
_TINY = (
    "data.train_share=2",
    "data.eval_share=1",
    "data.test_share=1",
    "model.stem_width=4",
    "model.stage_widths=4,8",
    "train.epochs=2",
    "evaluation.min_accuracy=0",
    "evaluation.min_letter_accuracy=0",
    "evaluation.max_accuracy_drop=1",
)


def run_pipeline(data: Path, output: Path, servers: Servers | None = None) -> int:
    """Runs the pipeline, on `direct` where there are no servers, and returns its status."""
    beam = (f"beam.engine={servers.engine}", f"beam.options={','.join(servers.options)}") if servers else ()
    return run(Request(with_overrides(sample(), [*_TINY, *beam]), data, output))


def start_pipeline(data: Path, output: Path, servers: Servers, err: Path) -> subprocess.Popen:
    """Starts the pipeline in a process of its own, whose stderr goes to `err`."""
    sets = [word for override in _TINY for word in ("--set", override)]
    options = [word for option in servers.options for word in ("--beam-option", option)]
    command = [sys.executable, "local_runner.py", "--data", str(data), "--output", str(output), "--recipe", "sample"]
    with err.open("w") as stream:
        return subprocess.Popen(
            [*command, *sets, "--beam", servers.engine, *options], cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=stream
        )
