"""The command, and the rows it makes of measurements."""

from pathlib import Path

import pytest

from research.benchmarks.data_path import figures, main
from research.benchmarks.measure import Measurement


def test_figures_are_those_of_the_measurement() -> None:
    row = figures(Measurement(None, seconds=4.0, cpu_seconds=3.0, peak_mib=800.0, before_mib=700.0), photos=100)
    assert row == {
        "seconds": 4.0,
        "processor seconds": 3.0,
        "photos/s": 25.0,
        "peak MiB": 800.0,
        "of it imports MiB": 700.0,
    }


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
