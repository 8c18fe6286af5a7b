"""A run that is killed in training goes on from its epoch, and ends as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.project import ROOT
from tests.tiny_run import tiny_flags

# Seconds that the slowest machine may need to reach the third epoch, importing TFX included.
_PATIENCE = 300


def command(data: Path, output: Path) -> list[str]:
    return [sys.executable, "local_runner.py", *tiny_flags(data, output, "train.epochs=6")]


def run_undisturbed(data: Path, output: Path) -> str:
    done = subprocess.run(
        command(data, output), cwd=ROOT, capture_output=True, text=True, check=False, timeout=2 * _PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def stop_in_third_epoch(data: Path, output: Path, number: int) -> tuple[int, str]:
    process = subprocess.Popen(
        command(data, output), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    for line in process.stdout:
        if line.startswith("Epoch 3/"):
            os.kill(process.pid, number)
            break
    process.stdout.read()
    return process.wait(timeout=_PATIENCE), process.stderr.read()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_training_ends_as_an_undisturbed_one(tiny_data: Path, tmp_path: Path) -> None:
    run_undisturbed(tiny_data, tmp_path / "undisturbed")
    stop_in_third_epoch(tiny_data, tmp_path / "killed", signal.SIGKILL)
    printed = run_undisturbed(tiny_data, tmp_path / "killed")
    assert "Epoch 3/6" in printed
    assert "Epoch 2/6" not in printed
    results = [json.loads((tmp_path / name / "summary.json").read_text()) for name in ("undisturbed", "killed")]
    assert results[0]["test"] == results[1]["test"]
    assert results[0]["train"]["best_epoch"] == results[1]["train"]["best_epoch"]
    assert results[1]["components"]["LetterExampleGen"]["cached"]


@pytest.mark.long
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_says_so_and_leaves_a_summary(
    tiny_data: Path, tmp_path: Path, number: int, status: int
) -> None:
    returned, complaint = stop_in_third_epoch(tiny_data, tmp_path / "output", number)
    assert returned == status
    assert "the same command goes on from here" in complaint
    assert "Traceback" not in complaint
    summary = json.loads((tmp_path / "output" / "summary.json").read_text())
    assert summary["reasons"] == [f"interrupted by {signal.Signals(number).name}"]
    assert summary["blessed"] is None
