"""What INPUT and OUTPUT of a batch prediction mean, and what is refused before Beam is imported."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from components.errors import UserError
from components.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.batch.request import Table, find_inputs, table_of

PROJECT = Path(__file__).resolve().parents[2]


def test_data_folder_gives_its_images_and_their_letters(letters_folder: Path) -> None:
    inputs = find_inputs(str(letters_folder))
    assert {Path(pattern).parent for pattern in inputs.patterns} == {letters_folder / IMAGE_FOLDER}
    assert inputs.letters is not None
    assert len(inputs.letters) == 4 * 33
    assert inputs.letters["01_01.png"] == "а"


def test_folder_of_images_has_no_letters(letters_folder: Path) -> None:
    inputs = find_inputs(str(letters_folder / IMAGE_FOLDER))
    assert (inputs.letters, inputs.records) == (None, False)


def test_file_and_glob_are_taken_as_they_are(letters_folder: Path) -> None:
    image = str(letters_folder / IMAGE_FOLDER / "01_01.png")
    assert find_inputs(image).patterns == (image,)
    glob = str(letters_folder / IMAGE_FOLDER / "01_*.png")
    assert find_inputs(glob).patterns == (glob,)


@pytest.mark.parametrize("name", ["data_tfrecord-00000-of-00001.gz", "photos.tfrecord"])
def test_tfrecords_are_known_by_their_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert find_inputs(str(tmp_path / name)).records
    assert find_inputs(str(tmp_path)).records
    assert find_inputs(f"gs://bucket/{name}*").records


def test_signs_of_globs_in_a_folder_s_name_are_not_taken_for_globs(letters_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a[1]*"
    shutil.copytree(letters_folder / IMAGE_FOLDER, folder)
    assert find_inputs(str(folder)).patterns[0] == f"{tmp_path}/a[[]1][*]/*.png"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("nowhere", "nowhere: no such file or folder; give images, a glob, a folder, or TFRecords"),
        ("http://host/a.png", "INPUT: http:// is not read; folders and gs://, s3://, hdfs:// are"),
    ],
)
def test_input_that_is_not_there_or_not_read_is_told(given: str, complaint: str) -> None:
    with pytest.raises(UserError) as raised:
        find_inputs(given)
    assert str(raised.value) == complaint


@pytest.mark.parametrize(("name", "table"), [("a.csv", Table.CSV), ("a.parquet", Table.PARQUET)])
def test_ending_of_the_output_says_what_is_written(tmp_path: Path, name: str, table: Table) -> None:
    assert table_of(str(tmp_path / name)) is table
    assert table_of(f"s3://bucket/{name}") is table


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a.txt", "neither .csv nor .parquet; the ending says what is written"),
        ("none/a.csv", "no such folder; make it first"),
        ("folder.csv", "a folder; give the name of a file, such as letters.csv"),
    ],
)
def test_output_that_cannot_be_written_is_told(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UserError, match=complaint):
        table_of(str(tmp_path / name))


def test_mistakes_are_told_at_the_command_line_without_beam(tmp_path: Path) -> None:
    code = (
        "import sys; from pipeline.batch.command import predict_batch_main as main; "
        f"status = main(['none', 'none', {str(tmp_path / 'a.csv')!r}]); "
        "print(sorted({'apache_beam', 'tensorflow', 'tfx'} & set(sys.modules))); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "[]\n")
    assert done.stderr == "none: no pushed model there; give a version's folder, or the folder of versions\n"


def test_letters_are_known_however_the_csv_spells_the_name(letters_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    csv = data / CSV_FILE_NAME
    csv.write_text(csv.read_text(encoding="utf-8").replace(",01_01.png,", ",./01_01.png,"), encoding="utf-8")
    letters = find_inputs(str(data)).letters
    assert letters == find_inputs(str(letters_folder)).letters
    assert letters is not None
    assert letters["01_01.png"] == "а"
