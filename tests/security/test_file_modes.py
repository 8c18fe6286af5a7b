"""What is written is readable as the umask lets, nobody else's to change, and private while it grows."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.example_gen.bad_records import write_bad_records
from components.example_gen.records import BadRecord
from components.inspector.inspection import Inspection, write_inspection
from components.pusher.versions import add_version
from core.files import write_whole
from pipeline.local.output import Output, locked

_FORBIDDEN = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX | stat.S_IWOTH
# What one may meet: Debian's, a group's, a private one.
UMASKS = (0o022, 0o027, 0o077)


@pytest.fixture(params=UMASKS, ids=[f"umask {mask:03o}" for mask in UMASKS])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "output"


def _write_all(folder: Path) -> None:
    output = Output(folder)
    with locked(output):
        write_whole(output.summary, "{}")
        write_whole(output.report, "<!DOCTYPE html>")
        write_bad_records(output.bad_records, [BadRecord(2, "a.png", "the file is empty")])
        write_inspection(_inspection(), output.artifacts / "Inspector")
        add_version(_model(output.artifacts / "model"), output.serving)


def _inspection() -> Inspection:
    nothing = np.zeros(0)
    return Inspection(**dict.fromkeys(Inspection.__dataclass_fields__, nothing) | {"slices": {}})


def _model(folder: Path) -> Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text("graph")
    (folder / "variables" / "variables.index").write_text("weights")
    return folder


def _modes(folder: Path) -> dict[str, int]:
    paths = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in paths}


def test_nothing_can_be_written_by_others_and_nothing_runs_as_its_owner(umask: int, folder: Path) -> None:
    _write_all(folder)
    modes = _modes(folder)
    assert {"summary.json", "report.html", "bad_records.csv", ".lock", "serving_model/1/saved_model.pb"} <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & _FORBIDDEN} == {}
    # Data, not programs.
    assert [name for name, mode in modes.items() if mode & 0o111 and not (folder / name).is_dir()] == []


def test_owner_can_read_and_write_and_the_umask_holds_for_all_others(umask: int, folder: Path) -> None:
    _write_all(folder)
    for name, mode in _modes(folder).items():
        if name == "serving_model/1":
            # Open to a server even so; the folders around it and the files in it keep to the umask.
            continue
        wanted = 0o777 if (folder / name).is_dir() else 0o644 if name == ".lock" else 0o666
        assert oct(mode) == oct(wanted & ~umask), name


def test_server_of_another_user_can_read_a_pushed_version(folder: Path) -> None:
    before = os.umask(0o022)
    try:
        _write_all(folder)
    finally:
        os.umask(before)
    for name, mode in _modes(folder / "serving_model").items():
        wanted = 0o005 if (folder / "serving_model" / name).is_dir() else 0o004
        assert mode & wanted == wanted, name


def test_version_is_private_until_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    copy = shutil.copytree

    def look_and_copy(source: Path, target: Path, *rest: Any, **options: Any) -> Any:
        if not seen:
            seen.append(stat.S_IMODE(target.stat().st_mode))
        return copy(source, target, *rest, **options)

    monkeypatch.setattr(shutil, "copytree", look_and_copy)
    add_version(_model(tmp_path / "model"), tmp_path / "serving")
    assert seen == [0o700]
