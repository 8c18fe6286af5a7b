"""A schema for other labels is written from a data folder's CSV, or refused in one line."""

from pathlib import Path

import pytest

from core.errors import UserError
from schema.curated import read_labels, read_schema
from scripts.write_schema import labels_in, main

HEADER = "letter,label,file,background\n"


def csv_of(folder: Path, *rows: str) -> Path:
    (folder / "a.png").touch()
    csv = folder / "all_letters_info.csv"
    csv.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return csv


def test_labels_are_those_of_the_csv_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    csv_of(tmp_path, "дз,2,a.png,2", "Я,1,b.png,2", "дз,2,c.png,2")
    assert main([str(tmp_path), str(tmp_path / "mine.pbtxt")]) == 0
    assert read_labels(tmp_path / "mine.pbtxt") == ("Я", "дз")
    written, curated = ({f.name: f for f in s.feature} for s in (read_schema(tmp_path / "mine.pbtxt"), read_schema()))
    assert written["label"].int_domain.max == 1
    assert all(written[name] == curated[name] for name in curated if name != "label")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["а,1,a.png,2", "б,2,b.png,2", "в,1,c.png,2"], "line 4: label 1 is в, but а on line 2"),
        (["а,1,a.png,2", "б,3,b.png,2"], "2 labels, and none is 2; count them from 1 on"),
        (["а,0,a.png,2", "б,1,b.png,2"], "2 labels, and none is 2; count them from 1 on"),
    ],
)
def test_numbers_that_name_no_order_are_told(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        labels_in(csv_of(tmp_path, *rows))


@pytest.mark.parametrize("rows", [["а,1,a.png,2"], ["а,1,a.png,2", "а,2,b.png,2"]])
def test_what_no_model_can_tell_apart_is_refused_and_nothing_is_written(
    tmp_path: Path, rows: list[str], capsys: pytest.CaptureFixture
) -> None:
    csv_of(tmp_path, *rows)
    assert main([str(tmp_path), str(tmp_path / "mine.pbtxt")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "mine.pbtxt").exists()
