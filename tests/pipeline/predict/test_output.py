"""Where the tables of a prediction go, and what is refused as `--output`."""

from pathlib import Path

import pytest

from core.errors import UserError
from core.features import CSV_FILE_NAME
from pipeline.predict.output import bad_table, check_output


def test_workers_in_other_folders_find_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check_output("a.csv", []) == f"{tmp_path}/a.csv"
    assert check_output("a/../a/b.parquet", []) == f"{tmp_path}/a/b.parquet"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a.txt", "neither .csv nor .parquet; the ending says what is written"),
        ("none/a.csv", "no such folder; make it first"),
        ("folder.csv", "a folder; give the name of a file, such as letters.csv"),
        ("b.csv", r"b\.bad\.csv: a folder; give the name of a file"),
    ],
)
def test_output_that_cannot_be_written_is_told(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / bad_table("b.csv")).mkdir()
    with pytest.raises(UserError, match=complaint):
        check_output(str(tmp_path / name), [])


@pytest.mark.parametrize("name", ["a[1].csv", "a?.csv", "a*.parquet", "[1]/a.csv"])
def test_output_that_is_a_pattern_to_beam_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "[1]").mkdir()
    with pytest.raises(UserError, match=r"^--output: .*, Beam would take other files for it; choose another$"):
        check_output(f"{tmp_path}/{name}", [])
    monkeypatch.chdir(tmp_path / "[1]")
    with pytest.raises(UserError, match=r"^--output: .*/\[1\]/a\.csv: with "):
        check_output("a.csv", [])


def test_what_is_read_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("a.bad.csv", f"data/{CSV_FILE_NAME}"):
        (tmp_path / name).touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "data" / CSV_FILE_NAME)
    inputs = ["photo.png", f"{tmp_path}/data", f"{tmp_path}/a.bad.csv"]
    for output, written in (("a.csv", "a.bad.csv"), ("link.csv", "link.csv"), (f"data/{CSV_FILE_NAME}",) * 2):
        with pytest.raises(UserError) as raised:
            check_output(f"{tmp_path}/{output}", inputs)
        assert str(raised.value) == f"{tmp_path}/{written}: is read, and would be overwritten; choose another --output"
    check_output(f"{tmp_path}/b.csv", inputs)
