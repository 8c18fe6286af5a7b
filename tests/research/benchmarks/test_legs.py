"""The two legs are compared by runs in turn, each leg's by the command that starts its Python."""

import sys
from pathlib import Path

import pytest

from console.command import ExitStatus
from core.errors import UserError
from research.benchmarks.legs import compared, figures, main, measure, parsed_leg

SUMMARY = {
    "versions": {"tfx": "1.16.0"},
    "test": {"accuracy": 0.9},
    "train": {"epochs": 5, "seconds": 20.0},
    "data": {"per_split": {"train": 80, "eval": 10, "test": 10}},
    "peak_memory_mib": 1000.0,
}
# A leg that notes its turn, and says how many seconds each of its components took.
LEG = f"""
import json, pathlib, sys
log, turn, seconds, *words = sys.argv[1:]
log = pathlib.Path(log); log.write_text(log.read_text() + turn)
summary = {SUMMARY} | {{"components": {{"Trainer": {{"seconds": float(seconds)}}}}}}
(pathlib.Path(words[words.index("--output") + 1]) / "summary.json").write_text(json.dumps(summary))
"""


@pytest.fixture
def legs(tmp_path: Path) -> dict[str, list[str]]:
    (tmp_path / "turns").write_text("")
    (tmp_path / "leg.py").write_text(LEG)
    start = [sys.executable, str(tmp_path / "leg.py"), str(tmp_path / "turns")]
    return {"old": [*start, "o", "10"], "new": [*start, "n", "5"]}


def test_legs_take_turns(legs: dict[str, list[str]], tmp_path: Path) -> None:
    taken = measure(legs, [], 3)
    assert (tmp_path / "turns").read_text() == "ononon"
    assert {name: len(runs) for name, runs in taken.items()} == {"old": 3, "new": 3}


def test_rows_have_medians_and_the_ratio_of_the_last_to_the_first(legs: dict[str, list[str]]) -> None:
    taken = measure(legs, [], 1)
    rows = {row["figure"]: row for row in compared(taken)}
    assert rows["Trainer, s"] == {"figure": "Trainer, s", "old": 10.0, "new": 5.0, "ratio": 0.5}
    assert rows["all components, s"]["new"] == 5.0
    assert rows["accuracy"]["ratio"] == 1.0


def test_failing_leg_is_named_with_its_last_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leg = f"broken={sys.executable} -c 'import sys; sys.exit(\"no such thing\")'"
    flags = ["--data", str(tmp_path), "--leg", leg, "--output", str(tmp_path)]
    assert main(flags) == ExitStatus.USER_ERROR
    assert "ended with 1: no such thing" in capsys.readouterr().err
    assert not (tmp_path / "legs.json").exists()


@pytest.mark.parametrize("text", ["1.16", "=python", "1.16=", "1.16= "])
def test_leg_without_a_name_or_a_command_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not NAME=COMMAND"):
        parsed_leg(text)


def test_figures_of_a_run_count_every_drawing_of_a_photo() -> None:
    components = {"Trainer": {"seconds": 21.0}, "Pusher": {"seconds": 0.5}}
    taken = figures({**SUMMARY, "components": components}, 30.0)
    assert taken["photos per second of training"] == 20.0
    assert (taken["Trainer, s"], taken["all components, s"], taken["imports and the rest, s"]) == (21.0, 21.5, 8.5)
