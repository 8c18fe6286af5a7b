"""The harness: what crashes is told with the command that repeats it, is kept, and makes the exit status 1."""

import stat
import sys
from pathlib import Path

import pytest

from research.fuzz import __main__ as command
from research.fuzz.campaign import fuzz
from research.fuzz.libfuzzer import Figures, figures

HERE = Path(__file__).resolve().parent
# What atheris 2.3 printed.
LOG = """INFO: Using built-in libfuzzer
#2	INITED cov: 54 ft: 54 corp: 1/1b exec/s: 0 rss: 104Mb
#5117	REDUCE cov: 89 ft: 384 corp: 78/26Kb lim: 4096 exec/s: 255 rss: 107Mb L: 225/1714 MS: 2 ChangeByte-Custom-
"""
DONE = (
    LOG
    + """#5127	DONE   cov: 89 ft: 384 corp: 78/26Kb lim: 4096 exec/s: 244 rss: 107Mb
stat::number_of_executed_units: 5127
stat::peak_rss_mb:              109
"""
)


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is called as the fuzzer's Python is, and fuzzes blindly."""
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "blind_fuzzer.py"}" "$@"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    return program


@pytest.mark.parametrize(
    ("log", "expected"),
    [(DONE, Figures(5127, 89, 78, 109)), (LOG, Figures(5117, 89, 78, 107)), ("Traceback", Figures(0, 0, 0, 0))],
    ids=["whole", "cut by a crash", "not begun"],
)
def test_figures_are_the_last_that_were_printed(log: str, expected: Figures) -> None:
    assert figures(log) == expected


def test_crash_is_kept_and_told_with_the_command_that_repeats_it(python: Path, tmp_path: Path) -> None:
    (outcome,) = fuzz(["raising_target"], 1, tmp_path, python)
    assert outcome.crashed
    assert (outcome.status, outcome.figures) == (77, Figures(2, 12, 2, 40))
    (find,) = outcome.finds
    assert find.read_bytes() == b"R"
    text = command.describe(outcome)
    assert text.splitlines()[0] == "raising_target: 2 executions, 12 edges, 2 inputs kept, at most 40 MB: CRASHED"
    assert f"/python -m research.fuzz.guided raising_target {find}" in text
    assert "IndexError: an R" in text


def test_find_of_an_earlier_run_is_not_told_again(python: Path, tmp_path: Path) -> None:
    (tmp_path / "raising" / "finds").mkdir(parents=True)
    (tmp_path / "raising" / "finds" / "crash-0").write_bytes(b"R")
    (outcome,) = fuzz(["raising_target"], 1, tmp_path, python)
    assert [find.name for find in outcome.finds] == ["crash-1"]


def test_fuzzer_that_does_not_even_begin_is_a_crash(tmp_path: Path) -> None:
    (outcome,) = fuzz(["raising_target"], 1, tmp_path, Path("/bin/false"))
    assert outcome.crashed
    assert "CRASHED" in command.describe(outcome)


def test_all_targets_are_fuzzed_whatever_the_first_comes_to(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    modules = ["raising_target", "research.fuzz.photo_target"]
    monkeypatch.setattr(command, "MODULES", modules)
    monkeypatch.setattr(command, "fuzz", lambda names, seconds, folder: fuzz(names, seconds, folder, python))
    monkeypatch.setattr(command, "PYTHON", python)
    words = ["--seconds", "2", "--folder", str(tmp_path)]
    assert command.main(words) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines if " executions, " in line] == modules
    del modules[0]
    assert command.main(words) == 0
    assert capsys.readouterr().out.endswith("no crash\n")


@pytest.mark.parametrize("seconds", ["0", "-1", "x", "1e3", "9" * 50, ""])
def test_wrong_number_of_seconds_is_one_line(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main([f"--seconds={seconds}"])
    assert ended.value.code == 2
    assert "is no whole number from 3" in capsys.readouterr().err


def test_missing_environment_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "PYTHON", Path("/nowhere/python"))
    assert command.main([]) == 2
    assert capsys.readouterr().err == "fuzz: /nowhere/python is missing; make it with scripts/set_up_fuzz.sh\n"
