"""Two data folders, writers and labels of several characters: split by writer, judged by folder and writer, served."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.blessing import WORST_WRITERS
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.local.output import Output
from pipeline.local.run import run
from pipeline.predict.command import predict_main
from scripts import write_schema
from tests.end_to_end.test_run_report import text_of
from tests.tiny_run import PER_LETTER, tiny_config

LABELS = ("Ж", "ch", "5")
WRITERS = 6
PER_WRITER = 5


def rows(names: Iterator[str], with_writers: bool) -> Iterator[list[str]]:
    """Yields a row of one of the generated photos for each: of each writer and label, or of each label."""
    for writer in range(WRITERS if with_writers else 1):
        for label, letter in enumerate(LABELS, start=1):
            for _ in range(PER_WRITER if with_writers else PER_LETTER):
                yield [letter, str(label), next(names), "2", *([f"w{writer}"] if with_writers else [])]


def folder_of(tiny_data: Path, folder: Path, with_writers: bool) -> Path:
    (folder / IMAGE_FOLDER).mkdir(parents=True)
    files = iter(sorted((tiny_data / IMAGE_FOLDER).iterdir()))
    with (folder / CSV_FILE_NAME).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["letter", "label", "file", "background", *(["writer"] if with_writers else [])])
        for row in rows((path.name for path in files), with_writers):
            shutil.copy(tiny_data / IMAGE_FOLDER / row[2], folder / IMAGE_FOLDER)
            writer.writerow(row)
    return folder


def test_writers_of_one_folder_and_the_photos_of_another_make_a_model_that_names_its_own_labels(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [folder_of(tiny_data, tmp_path / "sheets", True), folder_of(tiny_data, tmp_path / "photos", False)]
    schema, output = tmp_path / "mine.pbtxt", Output(tmp_path / "output")
    assert write_schema.main([str(data[0]), str(schema)]) == 0
    settings = ("data.split_by=writer", "data.max_class_ratio=2", "train.balance=1", "train.generated_per_letter=2")
    bounds = ("min_source_accuracy=0", "min_writers_accuracy=0", "writer_photos=1")
    config = tiny_config(*settings, *(f"evaluation.{bound}" for bound in bounds))
    status = run(config, data, output.folder, schema=schema)
    summary = json.loads(output.summary.read_text(encoding="utf-8"))
    assert (status, summary["reasons"]) == (0, [])
    assert "No letters of other hands are generated of: Ж ch 5" in capsys.readouterr().err
    assert summary["data"]["folder"] == f"{data[0]}, {data[1]}"
    assert summary["data"]["per_source"] == {"photos": 48, "sheets": 90}
    assert set(summary["test"]["per_source"]) == {"photos", "sheets"}
    # Of six writers, in thirds, two are tested.
    assert len(summary["test"]["per_writer"]) == 2
    page = text_of(output.report)
    assert "accuracy of sheets" in page and f"accuracy of {WORST_WRITERS}" in page

    assert predict_main([summary["pushed_model"], str(data[0])]) == 0
    answers = {line.split("\t")[1] for line in capsys.readouterr().out.splitlines()}
    assert answers and answers <= {*LABELS, "-"}
