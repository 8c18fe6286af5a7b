"""Pushed versions that somebody changed: told, never overwritten, and the model is pushed again as it was."""

from pathlib import Path

import pytest

from components.pusher.versions import model_digest, versions
from pipeline.local.command_line import local_main
from tests.tiny_run import run_tiny

pytestmark = pytest.mark.long


def test_changed_version_is_told_and_the_model_pushed_again(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serving = tmp_path / "output" / "serving_model"
    first = run_tiny(tiny_data, tmp_path / "output")
    pushed = model_digest(serving / "1")
    (serving / "7x").mkdir()
    assert run_tiny(tiny_data, tmp_path / "output").ran == {"Baseline"}
    assert "not those that were pushed" not in capsys.readouterr().err

    (serving / "1" / "variables" / "variables.index").write_bytes(b"edited")
    again = run_tiny(tiny_data, tmp_path / "output")
    told = f"Warning: {serving}/1: its files are not those that were pushed; serve another version\n"
    assert told in capsys.readouterr().err
    assert again.ran == {"Baseline", "Pusher"}
    assert again.summary["test"] == first.summary["test"]
    assert again.summary["pushed_model"] == str(serving / "2")
    assert model_digest(serving / "2") == pushed

    (serving / "2" / "saved_model.pb").unlink()
    third = run_tiny(tiny_data, tmp_path / "output")
    assert third.summary["pushed_model"] == str(serving / "3")
    assert versions(serving) == [1, 2, 3]
    assert model_digest(serving / "3") == pushed
    assert (serving / "1" / "variables" / "variables.index").read_bytes() == b"edited"
    # Told again as long as they lie there, but nothing is done anew.
    assert run_tiny(tiny_data, tmp_path / "output").ran == {"Baseline"}

    capsys.readouterr()
    assert local_main(["--output", str(tmp_path / "output"), "--rollback"]) == 2
    told = f"{serving}/2: its files are not those that were pushed; delete the folder to go back further\n"
    assert capsys.readouterr().err == told
    assert versions(serving) == [1, 2, 3]
