"""An output that was moved or copied, and data under another name, go on as if they had always been there."""

import shutil
from pathlib import Path

import pytest

from pipeline.local.inspect import inspect_main
from pipeline.local.output import Output
from tests.end_to_end.conftest import MORE
from tests.tiny_run import Result, run_tiny


@pytest.fixture
def moved(first_run: tuple[Path, Result], tmp_path: Path) -> Path:
    """The first run's output in another place."""
    return Path(shutil.copytree(first_run[0], tmp_path / "elsewhere" / "new name"))


def test_moved_output_and_equal_data_elsewhere_repeat_only_what_was_asked_for(
    moved: Path, first_run: tuple[Path, Result], data_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    original = first_run[0]
    hidden = original.rename(original.with_name("hidden"))
    try:
        again = run_tiny(data_copy, moved, *MORE, "evaluation.min_accuracy=0.001")
        assert inspect_main([str(moved), "--compare", "1", "2"]) == 0
        assert inspect_main([str(moved), "--run", "1"]) == 0
    finally:
        hidden.rename(original)
    assert again.status == 0
    assert again.ran == {"Baseline", "Evaluator", "Pusher"}
    assert again.summary["pushed_model"] == str(Output(moved).serving / "1")
    page = (moved / "report-1.html").read_text(encoding="utf-8")
    assert str(Output(moved).serving / "1") in page
    assert str(original) not in page.replace(str(first_run[1].summary["data"]["folder"]), "")
    assert "different labels" not in capsys.readouterr().err
