"""Folders and files that are missing, that nobody may read, or that are no record of runs."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.features import CSV_FILE_NAME
from pipeline.local.command_line import local_main
from pipeline.local.inspect import inspect_main
from tests.hostile.hostile_runs import ROWS, Done, assert_refused, flat_folder, write_csv

Call = Callable[..., Done]
_NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """Works as somebody for whom rights count; they do not for root."""
    if os.geteuid():
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that everybody may use, with `data` in it; pytest's own are for their owner alone."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.chmod(0o777)
    flat_folder(folder / "data")
    (folder / "output").mkdir()
    (folder / "output").chmod(0o777)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("name", "mode", "lines"),
    [
        ("data", 0o600, ["{data}/all_letters_info.csv: cannot be read: Permission denied"]),
        ("data", 0o311, ["{data}: cannot be read: Permission denied"]),
        (f"data/{CSV_FILE_NAME}", 0o000, ["{data}/all_letters_info.csv: cannot be read: Permission denied"]),
    ],
    ids=["data folder that may not be entered", "images that may not be listed", "CSV"],
)
def test_missing_rights_are_told(call: Call, open_place: Path, name: str, mode: int, lines: list[str]) -> None:
    call(data=open_place / "none")  # Whatever is imported late lies where only root may look.
    (open_place / name).chmod(mode)
    with without_rights():
        done = call(data=open_place / "data", output=open_place / "output")
    assert_refused(done)
    assert done.lines == [line.format(data=open_place / "data") for line in lines]


def test_image_that_may_not_be_read_is_told_with_its_line(call: Call, open_place: Path, flat: Path) -> None:
    (flat / "a.png").write_bytes(b"")
    call()  # As above.
    (open_place / "data" / "b.png").chmod(0o000)
    with without_rights():
        done = call(data=open_place / "data", output=open_place / "output")
    assert done.status == 2
    assert "Traceback" not in done.err
    assert f"{CSV_FILE_NAME}, line 3: b.png: the file cannot be read: Permission denied" in done.lines
    assert list(done.listed) == [3]


def test_output_that_may_not_be_written_is_told(open_place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (open_place / "output").chmod(0o555)
    with without_rights():
        status = local_main(["--data", str(open_place / "data"), "--output", str(open_place / "output")])
    assert status == 2
    assert capsys.readouterr().err == f"{open_place}/output: cannot be written: Permission denied\n"
    assert not list((open_place / "output").iterdir())


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (shutil.rmtree, "{data}: no such folder; give the folder that holds all_letters_info.csv"),
        (lambda data: (data / CSV_FILE_NAME).unlink(), f"{{data}}/{CSV_FILE_NAME}: no such file; the data folder must "
         "hold it"),
        (lambda data: [path.unlink() for path in data.glob("*.png")], "{data}: no PNG or JPEG files in "
         "all_letters_image/all_letters_image/ or beside the CSV; put the images there"),
    ],
    ids=["no folder", "no CSV", "no images"],
)  # fmt: skip
def test_missing_part_is_told(call: Call, flat: Path, spoil: Callable[[Path], object], message: str) -> None:
    spoil(flat)
    done = call()
    assert_refused(done)
    assert done.lines == [message.format(data=flat)]


def test_csv_in_place_of_its_folder_is_told(call: Call, flat: Path) -> None:
    done = call(data=flat / CSV_FILE_NAME)
    assert_refused(done)
    assert done.lines == [f"{flat}/{CSV_FILE_NAME}: not a folder; give the folder that holds {CSV_FILE_NAME}"]


def test_every_row_tells_where_all_images_are_gone_but_one(call: Call, flat: Path) -> None:
    (flat / "a.png").unlink()
    (flat / "b.png").unlink()
    write_csv(flat, ROWS)
    done = call()
    assert_refused(done)
    assert {line: reason for line, (_, reason) in done.listed.items()} == dict.fromkeys(
        (2, 3), "the file does not exist"
    )


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"feature {", b"\xff\xfe\0", b"<html>", None], ids=str)
def test_broken_schema_is_told(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    schema = tmp_path / "schema.pbtxt"
    if content is not None:
        schema.write_bytes(content)
    done = call("--schema", str(schema))
    assert_refused(done)
    assert len(done.lines) == 1
    assert done.lines[0].startswith(f"{schema}: ")


@pytest.fixture(scope="module")
def record_of_runs(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from pipeline.outcome.record import open_store

    path = tmp_path_factory.mktemp("record") / "metadata.sqlite"
    open_store(path)
    return path.read_bytes()


@pytest.mark.parametrize("damage", ["text", "half", "overwritten", "folder"])
def test_broken_record_of_runs_is_told(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str], record_of_runs: bytes, damage: str
) -> None:
    path, size = tmp_path / "output" / "metadata.sqlite", len(record_of_runs)
    path.parent.mkdir()
    if damage == "folder":
        path.mkdir()
    else:
        contents = {"text": b"not a database", "half": record_of_runs[: size // 2],
                    "overwritten": record_of_runs[:100] + os.urandom(size - 100)}  # fmt: skip
        path.write_bytes(contents[damage])
    done = call()
    assert done.status == 2
    assert len(done.lines) == 1
    assert done.lines[0].startswith(f"{path}: not a record of runs (")
    assert done.lines[0].endswith("; move it away to begin a new one")
    assert "Traceback" not in done.err
    if damage != "folder":
        assert path.read_bytes() == contents[damage]
    assert inspect_main([str(path.parent), "--list"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
