"""What is checked before TFX is imported."""

from pathlib import Path

import pytest

from components.example_gen.bad_records import BadRecordsError
from components.settings import DataSettings, TrainSettings
from core.errors import UserError
from core.features import CSV_FILE_NAME
from pipeline.local.preflight import check_data, check_generated, unused_columns
from sample import parameters
from schema.curated import read_labels

HEADER = "letter,label,file,background"


def folder_of(path: Path, *rows: str) -> Path:
    (path / "a.png").touch()
    (path / CSV_FILE_NAME).write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return path


def test_fonts_are_needed_only_where_letters_are_generated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameters, "find_spec", lambda name: None)
    check_generated(TrainSettings(), ("а", "б"))
    check_generated(TrainSettings(generated_per_letter=1, generated_hands=("pen",)), ("а", "б"))
    with pytest.raises(UserError, match="16 fonts are not installed; run: pip install fontpkg-caveat fontpkg-great"):
        check_generated(TrainSettings(generated_per_letter=1), ("а", "б"))


def test_labels_that_cannot_be_drawn_are_told_only_where_letters_are_generated() -> None:
    assert check_generated(TrainSettings(), ("а", "ch")) is None
    settings = TrainSettings(generated_per_letter=1)
    assert check_generated(settings, ("а", "ch", "Я")) == "No letters of other hands are generated of: ch Я"
    assert check_generated(settings, ("A", "B")) == "No letters of other hands are generated of: A B"
    assert check_generated(settings, ("а", "б")) is None


def test_generated_letters_pass(letters_folder: Path) -> None:
    check_data([letters_folder], DataSettings(), read_labels())


def test_real_photos_pass(real_data: Path) -> None:
    check_data([real_data], DataSettings(), read_labels())


def test_bad_row_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRecordsError, match=r"line 3: none\.png: the file does not exist"):
        check_data([folder_of(tmp_path, "а,1,a.png,0", "б,2,none.png,0")], DataSettings(), read_labels())


def test_bad_rows_may_be_skipped_within_the_limit(tmp_path: Path) -> None:
    data = folder_of(tmp_path, "а,1,a.png,0", "б,2,none.png,0")
    check_data([data], DataSettings(on_bad_record="skip", max_bad_fraction=0.5), read_labels())
    with pytest.raises(BadRecordsError, match=r"50\.0 % of 2 rows"):
        check_data([data], DataSettings(on_bad_record="skip"), read_labels())


def test_each_of_several_folders_must_have_rows_and_is_named(letters_folder: Path, tmp_path: Path) -> None:
    empty = folder_of(tmp_path)
    with pytest.raises(UserError, match=f"^{tmp_path}: the CSV has no rows; add one for each image$"):
        check_data([letters_folder, empty], DataSettings(), read_labels())
    wrong = folder_of(tmp_path, "а,2,a.png,0")
    with pytest.raises(BadRecordsError, match=f"^{tmp_path.name}/{CSV_FILE_NAME}, line 2: a.png: label 2 is 'б'"):
        check_data([letters_folder, wrong], DataSettings(), read_labels())


def test_columns_that_nothing_reads_are_told_in_one_line(tmp_path: Path) -> None:
    data = folder_of(tmp_path, "а,1,a.png,0")
    assert unused_columns(data) is None
    csv = data / CSV_FILE_NAME
    csv.write_text(f"{HEADER},pen,writer,mood\nа,1,a.png,0,ball,anna,good\n", encoding="utf-8")
    assert unused_columns(data) == f"{csv}: not read: pen, mood; what is: letter, label, file, background, writer"


@pytest.mark.parametrize(
    ("rows", "message"), [([], "the CSV has no rows; add one for each image"), (["a,1,a.png,0"], "no good rows")]
)
def test_csv_without_a_usable_row_is_told(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        check_data(
            [folder_of(tmp_path, *rows)], DataSettings(on_bad_record="skip", max_bad_fraction=1.0), read_labels()
        )
