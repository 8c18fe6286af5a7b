"""A first run: what it leaves, and what it says."""

import subprocess
import sys
from pathlib import Path

from ml_metadata.proto import metadata_store_pb2

from core.project import ROOT
from pipeline.outcome.record import open_store
from schema.curated import read_labels
from tests.tiny_run import PER_LETTER, Result

LABELS = read_labels()

COMPONENTS = {
    "CuratedSchema",
    "LetterExampleGen",
    "StatisticsGen",
    "ExampleValidator",
    "SchemaGen",
    "DataCheck",
    "DataOverview",
    "DataGate",
    "Transform",
    "Trainer",
    "Baseline",
    "Inspector",
    "Evaluator",
    "Pusher",
}


def test_blessed_model_is_pushed_as_version_1(first_run: tuple[Path, Result]) -> None:
    output, result = first_run
    assert result.status == 0
    assert result.summary["blessed"] is True
    assert result.summary["pushed_model"] == str(output / "serving_model" / "1")
    assert (output / "serving_model" / "1" / "saved_model.pb").is_file()


def test_every_component_ran_once(first_run: tuple[Path, Result]) -> None:
    output, result = first_run
    executions = open_store(output / "metadata.sqlite").get_executions()
    complete = [e for e in executions if e.last_known_state == metadata_store_pb2.Execution.COMPLETE]
    assert set(result.summary["components"]) == COMPONENTS
    # Other tests may have gone on from this run.
    assert len(complete) >= len(COMPONENTS)
    assert result.ran == COMPONENTS


def test_summary_tells_the_data(first_run: tuple[Path, Result]) -> None:
    data = first_run[1].summary["data"]
    assert data["per_letter"] == dict.fromkeys(LABELS, PER_LETTER)
    assert sum(data["per_split"].values()) == PER_LETTER * len(LABELS)
    assert data["dropped"] == 0


def test_summary_tells_the_test(first_run: tuple[Path, Result]) -> None:
    test = first_run[1].summary["test"]
    low, high = test["interval_95"]
    assert 0 <= low <= test["accuracy"] <= high <= 1
    assert list(test["per_letter"]) == list(LABELS)
    assert set(test["per_background"]) == {"striped", "gridded", "plain", "graph"}


def test_summary_tells_the_training(first_run: tuple[Path, Result]) -> None:
    train = first_run[1].summary["train"]
    assert train["epochs"] == 2
    assert 1 <= train["best_epoch"] <= 2
    assert train["seconds"] > 0


def test_output_holds_nothing_unexpected(first_run: tuple[Path, Result]) -> None:
    names = {path.name for path in first_run[0].iterdir()}
    assert names == {
        ".lock", "artifacts", "metadata.sqlite", "model_cards",
        "report.html", "resume", "serving_model", "summary.json",
    }  # fmt: skip


def test_pushed_model_reads_letters_from_the_command_line(first_run: tuple[Path, Result], tiny_data: Path) -> None:
    images = sorted(map(str, tiny_data.rglob("*.png")))[:3]
    command = [sys.executable, "predict.py", str(first_run[0] / "serving_model"), *images]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == images
    assert all(letter in LABELS and 0 < float(p) <= 1 for _, letter, p in lines)
    assert done.stderr == ""
