"""The command, and the rows it makes of measurements."""

from pathlib import Path
from typing import Any

import pytest

from research.benchmarks import data_path
from research.benchmarks.data_path import main, measure_steps
from research.benchmarks.measure import Measurement


def test_every_step_is_measured_beside_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Measurement(None, seconds=4.0, cpu_seconds=3.0, peak_mib=800.0, before_mib=700.0)
    asked: list[Any] = []
    monkeypatch.setattr(data_path, "in_fresh_process", lambda *call: asked.append(call) or found)
    rows = measure_steps(Path("data"), 100, Path("work"))
    assert rows[0] == {
        "step": "example_gen",
        "way": "TFX",
        "seconds": 4.0,
        "processor seconds": 3.0,
        "photos/s": 25.0,
        "peak MiB": 800.0,
        "of it imports MiB": 700.0,
    }
    assert [(step.__name__, data, work) for step, data, work in asked] == [
        (row["step"], Path("data"), Path("work")) for row in rows
    ]
    assert [row["way"] for row in rows] == ["TFX", "plain loop"] * len(data_path.STEPS)


def test_missing_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["--data", str(tmp_path / "none"), "--output", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none'}: no such folder; give the folder that holds " + (
        "all_letters_info.csv\n"
    )


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--output"]])
def test_wrong_flag_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
