"""What OUTPUT of a batch prediction means, and what is refused as OUTPUT."""

from pathlib import Path

import pytest

from core.errors import UserError
from pipeline.predict.destination import Destination, Table, bad_table, check_apart, find_destination


@pytest.mark.parametrize(("name", "table"), [("a.csv", Table.CSV), ("a.parquet", Table.PARQUET)])
def test_ending_of_the_output_says_what_is_written(tmp_path: Path, name: str, table: Table) -> None:
    for output in (f"{tmp_path}/{name}", f"s3://bucket/{name}"):
        assert find_destination(output) == Destination(output, table)


def test_workers_in_other_folders_find_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_destination("a.csv").file == f"{tmp_path}/a.csv"
    assert find_destination("a/../a/b.csv").file == f"{tmp_path}/a/b.csv"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a.txt", "neither .csv nor .parquet; the ending says what is written"),
        ("none/a.csv", "no such folder; make it first"),
        ("folder.csv", "a folder; give the name of a file, such as letters.csv"),
        ("b.csv", "a folder, where bad images would be listed; choose another OUTPUT"),
    ],
)
def test_output_that_cannot_be_written_is_told(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / bad_table("b.csv")).mkdir()
    with pytest.raises(UserError, match=complaint):
        find_destination(str(tmp_path / name))


@pytest.mark.parametrize("name", ["a[1].csv", "a?.csv", "a*.parquet", "[1]/a.csv"])
def test_output_that_is_a_pattern_to_beam_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "[1]").mkdir()
    refusals = [f"{tmp_path}/{name}", f"gs://bucket/{name}"]
    for output in refusals:
        with pytest.raises(UserError, match=r"^OUTPUT: .*, Beam would take other files for it; choose another$"):
            find_destination(output)
    monkeypatch.chdir(tmp_path / "[1]")
    with pytest.raises(UserError, match=r"^OUTPUT: .*/\[1\]/a\.csv: with "):
        find_destination("a.csv")


def test_table_of_bad_images_does_not_overwrite_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.bad.csv").touch()
    with pytest.raises(UserError, match=r"a\.bad\.csv: is read, and would be overwritten; choose another OUTPUT$"):
        check_apart(f"{tmp_path}/a.bad.csv", f"{tmp_path}/a.csv")
    check_apart(f"{tmp_path}/a.bad.csv", f"{tmp_path}/b.csv")
