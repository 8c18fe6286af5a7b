"""Corrections are a data folder: whole at any time, each photo once, and without a record that a run would refuse."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from components.example_gen.images import ImageError, decode_image, image_id, read_file
from components.example_gen.layout import RowError, find_layout
from components.example_gen.records import Record, read_records
from core import files
from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from server.corrections import Corrections
from server.limits import Limits
from tests.server.servers import LABELS, photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def corrections(folder: Path) -> Corrections:
    return Corrections(folder, LABELS, Limits())


def records(folder: Path) -> list[Record]:
    """What a run reads of a folder; it refuses nothing of it."""
    found, bad = read_records(find_layout(folder), LABELS)
    assert bad == []
    return found


def state(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_corrections_are_records_with_the_photos_as_a_run_keeps_them(folder: Path, corrections: Corrections) -> None:
    large = photo(2, 600, 500, "JPEG")
    assert corrections.keep(photo(1), "а") == (1, True)
    assert corrections.keep(large, "й", 'Anna, "A" Ли') == (2, True)
    first, second = records(folder)
    assert (LABELS[first.class_id], first.values) == ("а", (2, None, None))
    assert (LABELS[second.class_id], second.values) == ("й", (2, 'Anna, "A" Ли', None))
    kept = decode_image(read_file(folder / IMAGE_FOLDER / second.file))
    assert image_id(kept) == image_id(decode_image(large))


def test_same_pixels_are_kept_once_and_under_one_letter(folder: Path, corrections: Corrections) -> None:
    corrections.keep(photo(1), "а", "Anna")
    before = state(folder)
    assert corrections.keep(photo(1), "а") == (1, False)
    with pytest.raises(HTTPException, match="kept as 'а' already, on line 2") as raised:
        corrections.keep(photo(1), "б")
    assert raised.value.status_code == 409
    assert state(folder) == before


@pytest.mark.parametrize(
    ("image", "letter", "writer", "told"),
    [
        (photo(), "Б", "", "upper case"),
        (photo(), "", "", "missing"),
        (photo(), "../б", "", "none of the schema's"),
        (photo(), "б", "=HYPERLINK(1)", "begins with"),
        (photo(), "б", "a\nb", "printable"),
        (photo(), "б", "a" * 101, "100 printable"),
        (photo()[:-60], "б", "", "broken"),
        (photo(1, 4, 4), "б", "", "4x4"),
        (b"GIF89a", "б", "", "not a PNG or JPEG"),
        (b"", "б", "", "empty"),
    ],
)
def test_what_a_run_would_refuse_is_not_kept(
    image: bytes, letter: str, writer: str, told: str, corrections: Corrections
) -> None:
    folder = corrections.folder
    before = state(folder)
    with pytest.raises((ImageError, RowError), match=told):
        corrections.keep(image, letter, writer)
    assert state(folder) == before


def test_no_more_is_kept_than_may_be(folder: Path) -> None:
    corrections = Corrections(folder, LABELS, Limits(kept_photos=1))
    corrections.keep(photo(1), "а")
    with pytest.raises(HTTPException, match="1 photos are kept, and no more"):
        corrections.keep(photo(2), "а")
    assert len(records(folder)) == 1


@pytest.mark.parametrize("file", [".png", CSV_FILE_NAME])
def test_full_disk_leaves_the_folder_as_it_was(
    file: str, folder: Path, corrections: Corrections, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrections.keep(photo(1), "а")
    before, real = state(folder), Path.write_bytes

    def write(path: Path, data: Any) -> int:
        if path.name.removesuffix(".new").endswith(file):
            real(path, data[:10])
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(OSError, match="No space left"):
        corrections.keep(photo(2), "б")
    assert state(folder) == before
    monkeypatch.undo()
    assert corrections.keep(photo(2), "б") == (2, True)


def test_row_is_on_the_disk_after_its_photo_is(
    folder: Path, corrections: Corrections, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, int]] = []
    real = files.sync

    def sync(path: Path) -> None:
        synced.append((path.name.removesuffix(".new").rpartition(".")[2], len(records_of_csv(folder))))
        real(path)

    monkeypatch.setattr(files, "sync", sync)
    corrections.keep(photo(1), "а")
    assert synced == [("png", 0), ("all_letters_image", 0), ("csv", 0), ("kept", 1)]


def records_of_csv(folder: Path) -> list[str]:
    return (folder / CSV_FILE_NAME).read_text().splitlines()[1:]


def _keep_some(folder: Path, first: int) -> None:
    corrections = Corrections(folder, LABELS, Limits())
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda seed: corrections.keep(photo(seed), LABELS[seed % 33]), range(first, first + 20)))


def test_many_may_add_at_once(folder: Path, corrections: Corrections) -> None:
    # Forked, TensorFlow would stand still. Half of what each adds is what the other adds too.
    other = multiprocessing.get_context("spawn").Process(target=_keep_some, args=(folder, 0))
    other.start()
    with ThreadPoolExecutor(1) as thread:
        here = thread.submit(_keep_some, folder, 10)
        seen = []
        while other.is_alive() or not here.done():
            seen.append(len(read_whole(folder)))
        here.result()
    other.join()
    assert other.exitcode == 0
    assert seen == sorted(seen)
    assert len(records(folder)) == 30
    assert len(list((folder / IMAGE_FOLDER).iterdir())) == 30


def read_whole(folder: Path) -> list[str]:
    """The rows of a CSV that is being added to: each is whole, and its photo is there."""
    rows = records_of_csv(folder)
    for row in rows:
        _, _, file, _, _ = row.split(",")
        assert (folder / IMAGE_FOLDER / file).is_file()
    return rows


@pytest.fixture(params=["full", "columns", "bad", "file"])
def unfit(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Path, str]]:
    """Folders that are something else, and what is told."""
    header = "letter,label,file,background,writer\r\n"
    content = {
        "full": ("notes.txt", "my own", "neither empty nor a data folder"),
        "columns": (CSV_FILE_NAME, "letter,label,file,background\r\n", "its columns are not"),
        "bad": (CSV_FILE_NAME, f"{header}а,1,gone.png,2,\r\n", "line 2: the file does not exist"),
        "file": ("", "", "cannot be kept there"),
    }
    name, text, told = content[request.param]
    if name:
        folder.mkdir()
        (folder / name).write_text(text)
    else:
        folder.touch()
    yield folder, told


def test_folder_of_something_else_is_refused_and_left_alone(unfit: tuple[Path, str]) -> None:
    folder, told = unfit
    before = state(folder)
    with pytest.raises(UserError, match=told):
        Corrections(folder, LABELS, Limits())
    assert state(folder) == before


def test_folder_is_gone_on_with_also_after_an_editor(folder: Path, corrections: Corrections) -> None:
    corrections.keep(photo(1), "а")
    csv = folder / CSV_FILE_NAME
    csv.write_bytes(csv.read_bytes().rstrip())
    assert Corrections(folder, LABELS, Limits()).keep(photo(2), "б") == (2, True)
    assert len(records(folder)) == 2


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="file/kept: corrections cannot be kept there"):
        Corrections(tmp_path / "file" / "kept", LABELS, Limits())
    assert os.listdir(tmp_path) == ["file"]
