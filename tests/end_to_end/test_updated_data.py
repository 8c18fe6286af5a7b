"""A run on data that changed a little since the one before: everything is repeated, and told, and can be told again."""

# Pushes a second version into the first run's output: must come after the tests that go on from the first one alone.
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from pipeline.local.inspect import inspect_main, list_rows
from pipeline.local.output import Output
from tests.end_to_end.test_cache import EVERYTHING
from tests.end_to_end.test_run_report import text_of
from tests.tiny_run import PER_LETTER, Result

Updated = tuple[Output, Result]


@pytest.fixture(scope="module")
def updated(
    first_run: tuple[Path, Result],
    after_first_run: Callable[..., Result],
    tiny_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Updated:
    """A run on the first run's output and data, of which the last row is gone and a photo of б is no image any more."""
    data = Path(shutil.copytree(tiny_data, tmp_path_factory.mktemp("updated") / "data"))
    csv = data / CSV_FILE_NAME
    csv.write_bytes(csv.read_bytes().rstrip().rpartition(b"\r\n")[0])
    (data / IMAGE_FOLDER / "02_01.png").write_bytes(b"no image")
    return Output(first_run[0]), after_first_run(data=data)


def test_everything_is_repeated_and_the_drift_told(updated: Updated) -> None:
    output, result = updated
    assert result.ran == EVERYTHING
    assert sum(result.summary["data"]["per_split"].values()) == 33 * PER_LETTER - 2
    assert re.search(r"largest change of a share, points background \d\.\d\d letter \d\.\d\d", text_of(output.report))


def test_dropped_photo_is_counted(updated: Updated) -> None:
    output, result = updated
    assert result.status == 0
    assert result.summary["data"]["dropped"] == 1
    assert result.summary["data"]["per_letter"]["б"] == PER_LETTER - 1
    assert output.bad_records.exists()


def test_page_is_made_anew_from_the_record_and_the_artifacts(
    updated: Updated, capsys: pytest.CaptureFixture[str]
) -> None:
    output, _ = updated
    last = len(list_rows(output))
    page = output.report.read_bytes()
    output.report.unlink()
    output.summary.unlink()
    assert inspect_main([str(output.folder)]) == 0
    assert output.report.read_bytes() == page
    assert inspect_main([str(output.folder), "--run", str(last)]) == 0
    assert (output.folder / f"report-{last}.html").read_bytes() == page
    capsys.readouterr()
    assert inspect_main([str(output.folder), "--list"]) == 0
    assert "sample" in capsys.readouterr().out
    assert inspect_main([str(output.folder), "--compare", "1", "1"]) == 0
    assert "McNemar's exact test: p = 1" in capsys.readouterr().out
    assert inspect_main([str(output.folder), "--run", str(last + 1)]) == 2
    assert capsys.readouterr().err == f"run {last + 1}: there are runs 1 to {last}; see --list\n"
