"""Runs that must not push: a bad model, bad data, a bad photo, a busy folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.local.output import Output, locked
from tests.end_to_end.test_run_report import text_of
from tests.tiny_run import PER_LETTER, Result, run_tiny


def test_bad_model_is_told_and_neither_blessed_nor_pushed(
    first_run: tuple[Path, Result], after_first_run: Callable[..., Result]
) -> None:
    output = Output(first_run[0])
    before = set(output.serving.iterdir()), set(output.model_cards.iterdir())
    bounds = ("min_accuracy=1", "min_letter_accuracy=1", "min_changed_accuracy=1")
    refused = after_first_run(*(f"evaluation.{bound}" for bound in bounds))
    # The same model under other bounds: nothing but the judgement is repeated.
    assert refused.ran == {"Baseline", "Evaluator", "Pusher"}
    assert refused.status == 3
    assert (refused.summary["blessed"], refused.summary["pushed_model"]) == (False, None)
    overall, letters, changes = refused.summary["reasons"]
    assert "below 1" in overall
    assert "letter(s) is below 1: " in letters
    assert changes.startswith("accuracy of 1 change(s) is below 1: ")
    assert (set(output.serving.iterdir()), set(output.model_cards.iterdir())) == before
    page = text_of(output.report)
    for told in ("Not blessed: nothing was pushed", "letter(s) is below 1", "accuracy under the worst change: "):
        assert told in page


def test_missing_letter_stops_the_run_at_the_gate_with_a_page_about_its_data(
    data_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv = data_copy / CSV_FILE_NAME
    frame = pd.read_csv(csv)
    frame[frame["letter"] != "щ"].to_csv(csv, index=False)
    result = run_tiny(data_copy, tmp_path / "output")
    assert result.status == 2
    assert "split train has no photo of щ; add photos of them" in capsys.readouterr().err
    assert list(result.summary["components"])[-1] == "DataGate"
    assert result.summary["blessed"] is None
    assert result.summary["data"]["per_letter"]["щ"] == 0
    assert not (tmp_path / "output" / "serving_model").exists()
    page = text_of(tmp_path / "output" / "report.html")
    assert "Stopped by the data check: nothing was trained" in page
    assert "split train has no photo of щ; add photos of them" in page
    assert "Every letter on every paper" in page
    assert "The run did not come to the evaluation." in page


def test_broken_photo_stops_the_run_and_is_named_with_its_line(
    data_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = data_copy / IMAGE_FOLDER / "02_01.png"
    broken.write_bytes(broken.read_bytes()[:100])
    result = run_tiny(data_copy, tmp_path / "output")
    assert result.status == 2
    assert f"line {PER_LETTER + 2}: 02_01.png: the image is broken" in capsys.readouterr().err
    listed = pd.read_csv(tmp_path / "output" / "bad_records.csv")
    assert listed["line"].tolist() == [PER_LETTER + 2]
    assert not (tmp_path / "output" / "serving_model").exists()
    page = text_of(tmp_path / "output" / "report.html")
    assert "The run did not come to its end" in page
    assert " 02_01.png the image is broken" in page


def test_wrong_rows_stop_the_run_before_tfx(
    data_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    csv = data_copy / CSV_FILE_NAME
    csv.write_text(csv.read_text(encoding="utf-8").replace("а,1,01_02", "a,1,01_02"), encoding="utf-8")
    result = run_tiny(data_copy, tmp_path / "output")
    assert result.status == 2
    assert "U+0061 LATIN SMALL LETTER A" in capsys.readouterr().err
    assert result.summary["components"] == {}
    assert result.summary["reasons"][0].startswith(CSV_FILE_NAME)


def test_good_run_removes_the_old_list_of_bad_records(
    first_run: tuple[Path, Result], after_first_run: Callable[..., Result]
) -> None:
    bad_records = Output(first_run[0]).bad_records
    bad_records.write_text("old")
    assert after_first_run().status == 0
    assert not bad_records.exists()


def test_busy_output_is_left_alone(tiny_data: Path, tmp_path: Path) -> None:
    with locked(Output(tmp_path / "output")), pytest.raises(Exception, match=f"process {os.getpid()}"):
        run_tiny(tiny_data, tmp_path / "output")
    assert not (tmp_path / "output" / "summary.json").exists()
