"""Runs that must not push: a bad model, bad data, a bad photo, a busy folder."""

import os
from pathlib import Path

import pandas as pd
import pytest

from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.local.output import Output, locked
from tests.tiny_run import PER_LETTER, Result, run_tiny


def test_crippled_model_is_neither_blessed_nor_pushed(first_run: tuple[Path, Result], tiny_data: Path) -> None:
    output = first_run[0]
    before = sorted(os.listdir(output / "serving_model"))
    crippled = run_tiny(tiny_data, output, "train.learning_rate=1e-12", "evaluation.min_accuracy=0.5")
    assert crippled.status == 3
    assert crippled.summary["blessed"] is False
    assert crippled.summary["pushed_model"] is None
    assert "below 0.5" in crippled.summary["reasons"][0]
    assert sorted(os.listdir(output / "serving_model")) == before


def test_one_weak_letter_blocks_the_blessing(first_run: tuple[Path, Result], tiny_data: Path) -> None:
    refused = run_tiny(tiny_data, first_run[0], "evaluation.min_letter_accuracy=1")
    assert refused.status == 3
    assert "letter(s) is below 1" in refused.summary["reasons"][0]


def test_missing_letter_stops_the_run_at_the_gate(
    data_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remove_rows(data_copy, "щ")
    result = run_tiny(data_copy, tmp_path / "output")
    assert result.status == 2
    assert "split train has no photo of щ" in capsys.readouterr().err
    assert list(result.summary["components"])[-1] == "DataGate"
    assert result.summary["blessed"] is None
    assert result.summary["data"]["per_letter"]["щ"] == 0
    assert not (tmp_path / "output" / "serving_model").exists()


def remove_rows(data: Path, letter: str) -> None:
    frame = pd.read_csv(data / CSV_FILE_NAME)
    frame[frame["letter"] != letter].to_csv(data / CSV_FILE_NAME, index=False)


def test_broken_photo_stops_the_run_and_names_its_line(
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


def test_good_run_removes_the_old_list_of_bad_records(first_run: tuple[Path, Result], tiny_data: Path) -> None:
    bad_records = Output(first_run[0]).bad_records
    bad_records.write_text("old")
    assert run_tiny(tiny_data, first_run[0]).status == 0
    assert not bad_records.exists()


def test_busy_output_is_left_alone(tiny_data: Path, tmp_path: Path) -> None:
    with locked(Output(tmp_path / "output")), pytest.raises(Exception, match=f"process {os.getpid()}"):
        run_tiny(tiny_data, tmp_path / "output")
    assert not (tmp_path / "output" / "summary.json").exists()
