"""A run on this machine, as far as it comes without TFX."""

from pathlib import Path

import pytest

from core.errors import UserError
from pipeline.local import run as module
from pipeline.local.run import run
from pipeline.recipes import sample


def test_generated_letters_are_drawn_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def draw(folder: Path, *_: object) -> None:
        drawn.append(folder)
        raise UserError("far enough")

    monkeypatch.setattr(module, "write_sample", draw)
    monkeypatch.chdir(tmp_path)
    assert run(sample(), [], Path("output")) == 2
    assert drawn == [tmp_path / "data" / "sample"]
