"""CSV files that are unusual and in order: the run goes on to TFX, with the same records as
from the plain file."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from core.features import CSV_FILE_NAME
from schema.curated import read_labels
from tests.hostile.hostile_runs import HEADER, ROWS, Done, flat_folder, row, write_csv

Call = Callable[..., Done]
LINES = [HEADER, *ROWS]
TEXT = "\n".join(LINES) + "\n"
# What `read_records` gives for the plain file: letter, class id, file, paper.
PLAIN = [("а", 0, "a.png", 0), ("б", 1, "b.png", 1)]


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The data folders of the runs that came as far as TFX, which is not started."""
    folders: list[Path] = []

    def execute(_: Any, ending: Any, *__: Any, **___: Any) -> None:
        folders.append(Path(ending.data))

    monkeypatch.setitem(sys.modules, "pipeline.local.execute", SimpleNamespace(execute=execute))
    return folders


def records_of(done: Done, reached: list[Path]) -> list[tuple[str, int, str, int]]:
    """Returns what ExampleGen would read; the stopped run blesses nothing, which is status 3."""
    assert (done.status, len(reached)) == (3, 1)
    # A line on columns that nothing reads is all that may be said.
    assert not done.err or (": not read: " in done.err and done.err.count("\n") == 1)
    records, bad = read_records(find_layout(reached[0]), labels := read_labels())
    assert not bad
    return [(labels[record.class_id], record.class_id, record.file, record.values[0]) for record in records]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.strip().encode(),
        "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in LINES).encode(),
        b"background,file,label,letter\n0,a.png,1,\xd0\xb0\n1,b.png,2,\xd0\xb1\n",
        TEXT.replace("\n", ",\n").encode(),
        f"id,{HEADER},note\n7,{ROWS[0]},NA\n8,{ROWS[1]},\n".encode(),
        f"{HEADER}\n\n{ROWS[0]}\n,,,\n\n{ROWS[1]}\n\n\n".encode(),
        TEXT.replace(",1,", ",01,").encode(),
        f"{HEADER},note\n{ROWS[0]},{'x' * 10**6}\n{ROWS[1]},\n".encode(),
        "\ufeffbackground,note,file,label,letter\r\n0,=1+1,a.png,1,а\r\n\r\n1,\"b\r\n\"\"q\"\"\",b.png,2,б".encode(),
    ],
    ids=["BOM", "CRLF", "lone CR", "no last line break", "all quoted", "reordered", "empty column at the end",
         "extra columns", "blank lines", "leading zero", "megabyte in another column", "all at once"],
)  # fmt: skip
def test_unusual_csv_means_the_same(call: Call, flat: Path, reached: list[Path], content: bytes) -> None:
    (flat / CSV_FILE_NAME).write_bytes(content)
    assert records_of(call(), reached) == PLAIN


def test_decomposed_letters_are_taken_composed(call: Call, flat: Path, reached: list[Path]) -> None:
    write_csv(flat, ["и\u0306,11,a.png,0", "е\u0308,7,b.png,1"])
    assert [letter for letter, *_ in records_of(call(), reached)] == ["й", "ё"]


@pytest.mark.parametrize(
    "name",
    ["a b.png", " a.png", "буква й.png", "и\u0306.png", "line\nbreak.png", "A.png", "x" * 251 + ".png", "deep/er/x.png",
     "=1+1.png", "-rf", "a,b.png", 'a"b.png', "%s{}.png", "a.jpg", "~", "$HOME", "a\u202egnp.png"],
    ids=["space", "space before", "Cyrillic", "decomposed", "line break", "differs in case only", "255 characters",
         "folder", "formula", "flag", "comma", "quotation mark", "format", "other ending", "tilde", "variable",
         "right to left"],
)  # fmt: skip
def test_unusual_name_is_taken_as_it_is(call: Call, flat: Path, reached: list[Path], name: str) -> None:
    (flat / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(flat / "c.png", flat / name)
    write_csv(flat, [*ROWS, row("в", 3, name)])
    assert [file for _, _, file, _ in records_of(call(), reached)] == ["a.png", "b.png", name]


def test_symlink_within_the_image_folder_is_followed(call: Call, flat: Path, reached: list[Path]) -> None:
    (flat / "link.png").symlink_to("c.png")
    write_csv(flat, [*ROWS, "в,3,link.png,0"])
    assert [file for _, _, file, _ in records_of(call(), reached)] == ["a.png", "b.png", "link.png"]


@pytest.mark.parametrize("name", ["папка с буквами", "line\nbreak", "-data", "~"])
def test_data_folder_may_have_any_name(call: Call, tmp_path: Path, reached: list[Path], name: str) -> None:
    data = flat_folder(tmp_path / name)
    assert records_of(call(data=data), reached) == PLAIN
