"""Files and folders are whole or not there, wherever a process stops; nothing is read without a bound."""

import multiprocessing
import os
from pathlib import Path

import pytest

from core.errors import UserError
from core.files import (
    FileError,
    as_place,
    folders_of,
    is_uri,
    read_bounded,
    remove_folder,
    remove_partial,
    resolved,
    shown_place,
    whole_folder,
    write_whole,
)


@pytest.mark.parametrize("text", ["gs://b/k", "s3://b", "S3://b", "hdfs://host/x"])
def test_uri_is_told_from_a_path(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize("text", ["/mnt/data", "data", "s3:/b/k", "./s3://b/k", "://b", "a b://c", "C:\\data", ""])
def test_path_is_no_uri(text: str) -> None:
    assert not is_uri(text)


@pytest.mark.parametrize("folders", [["/x/a, b"], ["/x/ё", 'gs://b/"k"'], ["[a]"]])
def test_folders_come_back_from_the_text_that_stands_for_them(folders: list[str]) -> None:
    assert list(folders_of(as_place(folders))) == folders
    assert shown_place(as_place(folders)) == ", ".join(folders)


@pytest.mark.parametrize("text", ['["/x/a", "/y/b"', '["/x/a", 3]'])
def test_half_a_list_of_folders_is_told(text: str) -> None:
    with pytest.raises(UserError, match=r'no list of folders; write one folder, or several as \["FOLDER", "FOLDER"\]$'):
        folders_of(text)


def test_link_to_itself_and_endless_name_are_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UserError, match="loop: a symlink leads to itself; choose another folder"):
        resolved(tmp_path / "loop")
    with pytest.raises(UserError, match="File name too long; choose another folder"):
        resolved(tmp_path / ("x" * 300))
    with pytest.raises(UserError, match="a name that is no UTF-8"):
        resolved(tmp_path / os.fsdecode(b"\xff"))


def test_folder_need_not_exist_to_be_resolved(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert resolved(tmp_path / "link" / "new") == tmp_path.resolve() / "real" / "new"


def test_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert read_bounded(tmp_path / "file", 3) == b"abc"
    with pytest.raises(FileError, match=r"^the file is larger than 2 bytes$"):
        read_bounded(tmp_path / "file", 2)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path, reason in (
        (tmp_path / "fifo", "the file is not a regular file"),
        (Path("/dev/zero"), "the file is not a regular file"),
        (tmp_path, "the file cannot be read: Is a directory"),
        (tmp_path / "none", "the file cannot be read: No such file or directory"),
    ):
        with pytest.raises(FileError, match=f"^{reason}$"):
            read_bounded(path, 10)


def test_file_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    for text in ("first", "второй\n"):
        write_whole(tmp_path / "summary.json", text)
        assert (tmp_path / "summary.json").read_bytes() == text.encode()
    assert [path.name for path in tmp_path.iterdir()] == ["summary.json"]


def _write_for_ever(path: Path) -> None:
    while True:
        for letter in "ab":
            write_whole(path, letter * 100_000)


def test_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    write_whole(path, "a" * 100_000)
    writer = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=[path], daemon=True)
    writer.start()
    try:
        seen = [path.read_text() for _ in range(300)]
    finally:
        writer.kill()
        writer.join()
    assert {(len(text), len(set(text))) for text in seen} == {(100_000, 1)}


def test_link_to_a_file_elsewhere_is_not_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / ".summary.json.new").symlink_to(precious)
    write_whole(tmp_path / "summary.json", b"{}")
    assert (tmp_path / "summary.json").read_text() == "{}"
    assert precious.read_text() == "precious"


def test_file_that_is_not_finished_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_whole(tmp_path / "table.csv", "old")
    monkeypatch.setattr(Path, "replace", _die)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "table.csv", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_folder_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "sample") as fresh:
        (fresh / "a").write_text("a")
        assert not (tmp_path / "sample").exists()
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["sample", "sample/a"]


def test_folder_that_is_not_finished_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "sample") as fresh:
        (fresh / "a").write_text("a")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_folder_never_takes_the_place_of_another(tmp_path: Path) -> None:
    with pytest.raises(OSError), whole_folder(tmp_path / "sample") as fresh:
        (fresh / "a").write_text("ours")
        (tmp_path / "sample").mkdir()
        (tmp_path / "sample" / "a").write_text("theirs")
    assert [path.read_text() for path in tmp_path.glob("*/a")] == ["theirs"]


def test_folder_is_gone_before_its_files_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "a").write_text("a")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("core.files.shutil.rmtree", _die)
        remove_folder(tmp_path / "7")
    assert [path.read_text() for path in tmp_path.rglob("a")] == ["a"]
    assert not (tmp_path / "7").exists()
    remove_partial(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _die(*arguments: object) -> None:
    raise KeyboardInterrupt
