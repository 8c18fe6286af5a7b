"""SIGINT and SIGTERM in every part of a run: within 5 s, one line that says how to go on, and nothing is lost."""

import subprocess
import sys
import time
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals

import pytest

from core.project import ROOT
from tests.end_to_end.forked_run import run_forked
from tests.end_to_end.run_outcome import outcome
from tests.tiny_run import tiny_flags

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

# Between the signals of somebody who presses Ctrl-C again and again.
IMPATIENCE_SECONDS = 0.3


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One output folder for all, so that each run goes on from the one before and comes to the next part."""
    return tmp_path_factory.mktemp("interrupted") / "output"


def interrupt(command: list[str], line: str, seconds: float, *signals: Signals) -> tuple[int, str, float]:
    """Runs a command, and sends it signals some seconds after it has printed a line.

    Args:
        command: What to run.
        line: A part of the line; empty for the start.
        seconds: How long to wait then.
        *signals: Sent one after the other.

    Returns:
        The exit status, stderr, and the seconds from the first signal to the end.
    """
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert not line or any(line in printed for printed in process.stdout), process.stderr.read()
        time.sleep(seconds)
        began = time.monotonic()
        for number in signals:
            process.send_signal(number)
            if number is not signals[-1]:
                time.sleep(IMPATIENCE_SECONDS)
        _, complaint = process.communicate(timeout=60)
        return process.returncode, complaint, time.monotonic() - began


@pytest.mark.parametrize(
    ("line", "seconds", "signals"),
    [
        ("Recipe sample", 4, [SIGINT]),
        ("Recipe sample", 4, [SIGTERM, SIGTERM, SIGTERM]),
        ("LetterExampleGen  started", 0.5, [SIGTERM]),
        ("LetterExampleGen  started", 1.5, [SIGINT, SIGINT, SIGINT]),
        ("StatisticsGen     started", 1, [SIGINT]),
        ("Trainer           started", 1, [SIGTERM]),
        ("Epoch 1/", 1, [SIGINT]),
        ("Epoch 2/", 0, [SIGINT, SIGINT, SIGINT]),
        (" - val_loss: ", 0, [SIGTERM]),
        ("Inspector         started", 1, [SIGINT]),
        ("Evaluator         started", 1, [SIGTERM]),
        ("Pusher            started", 0, [SIGINT]),
    ],
    ids=[
        "import", "import-again", "examples", "examples-again", "statistics", "training", "compiling",
        "epoch", "between-epochs", "inspector", "evaluator", "pusher",
    ],
)  # fmt: skip
def test_signal_ends_the_run_with_one_line(
    line: str, seconds: float, signals: list[Signals], tiny_data: Path, output: Path
) -> None:
    command = [sys.executable, "local_runner.py", *tiny_flags(tiny_data, output)]
    status, complaint, took = interrupt(command, line, seconds, *signals)
    assert status == 128 + signals[0]
    assert complaint == f"\nInterrupted by {signals[0].name}; the same command goes on from here.\n"
    assert took < 5


def test_run_that_was_interrupted_everywhere_ends_as_an_undisturbed_one(
    tiny_data: Path, output: Path, undisturbed: Path, tmp_path: Path
) -> None:
    last = run_forked(tiny_flags(tiny_data, output), tmp_path / "log")
    assert last.status == 0, last.printed
    assert outcome(output) == outcome(undisturbed)


def test_signal_before_the_run_begins_is_one_line_too(tmp_path: Path) -> None:
    # One of the first modules that the run imports takes its time.
    (tmp_path / "rich").mkdir()
    (tmp_path / "rich" / "__init__.py").write_text("import time\nprint('importing', flush=True)\ntime.sleep(60)\n")
    start = (
        "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_path('local_runner.py', None, '__main__')"
    )
    command = [sys.executable, "-c", start, str(tmp_path), "--output", str(tmp_path / "output")]
    status, complaint, _ = interrupt(command, "importing", 0, SIGINT)
    assert (status, complaint) == (130, "\nInterrupted by SIGINT; the same command goes on from here.\n")
