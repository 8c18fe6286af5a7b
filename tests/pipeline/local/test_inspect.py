"""Mistakes that `inspect_run.py` answers with a line."""

from pathlib import Path

import pytest

from pipeline.local.inspect import inspect_main
from tests.pipeline.outcome.mlmd_record import Record


def test_folder_in_which_no_run_was_recorded_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Record(tmp_path / "metadata.sqlite")
    assert inspect_main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: no run was recorded there yet\n"
