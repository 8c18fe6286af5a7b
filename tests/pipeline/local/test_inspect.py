"""Mistakes that `inspect_run.py` answers with a line."""

from pathlib import Path

import numpy as np
import pytest
from ml_metadata.proto import metadata_store_pb2 as pb

from pipeline.local.inspect import inspect_main
from pipeline.outcome.record import save_summary
from pipeline.outcome.summary import Ending, build_summary
from pipeline.recipes import named
from tests.pipeline.outcome.mlmd_record import Record


def test_folder_in_which_no_run_was_recorded_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Record(tmp_path / "metadata.sqlite")
    assert inspect_main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: no run was recorded there yet\n"


def _old_run(record: Record, component: str, output: str, folder: Path) -> None:
    node, run = record.context("node", f"russian-letters.{component}"), record.context("pipeline_run", "old")
    record.execute(run, node, pb.Execution.COMPLETE, **{output: record.artifact(output, str(folder))})
    save_summary(record.store, "old", build_summary(named("fast"), Ending("/data", generated=False)))


def test_run_whose_artifacts_are_gone_is_listed_and_its_page_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _old_run(Record(tmp_path / "metadata.sqlite"), "DataCheck", "verdict", tmp_path / "gone")
    assert inspect_main([str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith("run 1: its artifacts are of another version of this program, or gone (FileNotFoundError")
    assert told.endswith("; run it again\n") and told.count("\n") == 1
    assert not list(tmp_path.glob("*.html"))
    assert inspect_main([str(tmp_path), "--list"]) == 0
    assert "fast" in capsys.readouterr().out


def test_inspection_of_an_older_version_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _old_run(Record(tmp_path / "metadata.sqlite"), "Inspector", "inspection", tmp_path)
    np.savez(tmp_path / "inspection.npz", files=np.array(["a.png"]), backgrounds=np.array([1]))
    for flags in ([], ["--compare", "1", "1"]):
        assert inspect_main([str(tmp_path), *flags]) == 2
        assert "was written by another version of this program); run it again\n" in capsys.readouterr().err


def test_run_without_a_model_cannot_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _old_run(Record(tmp_path / "metadata.sqlite"), "DataCheck", "verdict", tmp_path)
    assert inspect_main([str(tmp_path), "--compare", "1", "1"]) == 2
    assert capsys.readouterr().err == "run 1 did not come to a model; see --list\n"
