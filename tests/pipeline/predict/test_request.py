"""What INPUT of a batch prediction means, and what is refused before Beam is imported."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from core.project import ROOT
from pipeline.predict.request import ImageFile, Inputs, find_inputs


def names(inputs: Inputs) -> set[str]:
    return {file.name for file in inputs.files}


def copied_row(data: Path, file: str) -> None:
    """Adds the row of 01_01.png to the CSV once more, under another name."""
    csv = data / CSV_FILE_NAME
    text = csv.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ",01_01.png," in line).replace("01_01.png", file)
    csv.write_text(f"{text.rstrip()}\n{row}\n", encoding="utf-8")


def test_data_folder_gives_its_images_and_their_letters(letters_folder: Path) -> None:
    inputs = find_inputs(str(letters_folder))
    assert inputs.folder == str(letters_folder / IMAGE_FOLDER)
    assert len(inputs.files) == 4 * 33
    assert ImageFile("01_01.png", "а") in inputs.files


def test_data_folder_gives_what_its_csv_names_whatever_the_folder_and_the_ending(
    letters_folder: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    images = data / IMAGE_FOLDER
    (images / "x").mkdir()
    for name in ("x/01_01.png", "01_01.image", "unnamed.png"):
        shutil.copy(images / "02_01.png", images / name)
    copied_row(data, "x/01_01.png")
    copied_row(data, "01_01.image")
    found = find_inputs(str(data)).files
    assert len(found) == 4 * 33 + 2
    assert {file for file in found if "01_01" in file.name} == {
        ImageFile(name, "а") for name in ("01_01.png", "x/01_01.png", "01_01.image")
    }


def test_rows_of_the_csv_that_are_no_records_are_bad(letters_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    (data / IMAGE_FOLDER / "02_01.png").unlink()
    copied_row(data, "03_01.png")
    faults = {file.name: file.fault.partition(": ")[2] for file in find_inputs(str(data)).files if file.fault}
    assert faults.keys() == {"02_01.png", "03_01.png"}
    assert faults["02_01.png"] == "the file does not exist"
    assert "is on line" in faults["03_01.png"]


def test_folder_of_images_has_no_letters(letters_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(letters_folder / IMAGE_FOLDER, tmp_path / "images")
    (folder / "folder.png").mkdir()
    (folder / "notes.txt").touch()
    (folder / "01_01.png").rename(folder / "01_01.JPeG")
    inputs = find_inputs(str(folder))
    assert (inputs.folder, len(inputs.files), inputs.records) == (str(folder), 4 * 33, False)
    assert {file.letter for file in inputs.files} == {""}
    assert "01_01.JPeG" in names(inputs)


def test_file_and_glob_name_files_as_they_are_typed(letters_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(letters_folder / IMAGE_FOLDER)
    for given, expected in (
        ("01_01.png", {"01_01.png"}),
        ("01_*.png", {f"./01_0{n}.png" for n in range(1, 5)}),
        ("../*/01_0[12].png", {f"../{Path(IMAGE_FOLDER).name}/01_0{n}.png" for n in (1, 2)}),
    ):
        inputs = find_inputs(given)
        assert (inputs.folder, names(inputs)) == ("", expected)


def test_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    for name in ("a[1].png", "a1.png", "b[1].tfrecord", "b1.tfrecord"):
        (tmp_path / name).touch()
    assert names(find_inputs(str(tmp_path / "a[1].png"))) == {f"{tmp_path}/a[1].png"}
    assert find_inputs(str(tmp_path / "b[1].tfrecord")).patterns == (f"{tmp_path}/b[[]1].tfrecord",)


@pytest.mark.parametrize("name", ["data_tfrecord-00000-of-00001.gz", "photos.tfrecord"])
def test_tfrecords_are_known_by_their_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert find_inputs(str(tmp_path / name)).records
    assert find_inputs(str(tmp_path)).records
    assert find_inputs(f"gs://bucket/{name}*").records


def test_workers_in_other_folders_find_the_tfrecords(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blob").touch()
    # Beam tells by the name that it is compressed.
    (tmp_path / "a.tfrecord.gz").symlink_to("blob")
    monkeypatch.chdir(tmp_path)
    for given in (".", "a.tfrecord.gz", "*.tfrecord.gz"):
        assert find_inputs(given).patterns == (f"{tmp_path}/a.tfrecord.gz",)


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    for given in (tmp_path, tmp_path / "*.png", tmp_path / "*.tfrecord"):
        with pytest.raises(UserError) as raised:
            find_inputs(str(given))
        assert str(raised.value) == f"{given}: no photos there"


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


@pytest.mark.parametrize(
    ("name", "flags", "complaint"),
    [
        ("none", (), "none: no pushed model there; give a version's folder, or the folder of versions\n"),
        (".", ("--beam", "flink", "--beam-option", "job_endpoint=localhost:1"), "--beam flink: no job server answers"),
    ],
)
def test_mistakes_are_told_at_the_command_line_without_beam(
    tmp_path: Path, name: str, flags: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "saved_model.pb").touch()
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); "
        "from pipeline.predict.batch_command import predict_batch_main as main; "
        f"status = main({[name, '.', 'a.csv', *flags]}); "
        "print(sorted({'apache_beam', 'tensorflow', 'tfx'} & set(sys.modules))); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "[]\n")
    assert done.stderr.startswith(complaint)
    assert done.stderr.count("\n") == 1


def test_names_are_the_same_however_the_csv_spells_them(letters_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(letters_folder, tmp_path / "data")
    csv = data / CSV_FILE_NAME
    csv.write_text(csv.read_text(encoding="utf-8").replace(",01_01.png,", ",./01_01.png,"), encoding="utf-8")
    assert find_inputs(str(data)).files == find_inputs(str(letters_folder)).files
