"""Results survive an interruption, and say where they are broken."""

from pathlib import Path

import pytest

from core.errors import UserError
from research.experiments.results import Trial, append_trial, read_trials

TRIAL = Trial("greyscale", 2, 90, 100, 61.5)


def test_trials_are_read_back_by_key(tmp_path: Path) -> None:
    file = tmp_path / "new" / "trials.jsonl"
    assert read_trials(file) == {}
    append_trial(file, "a", TRIAL)
    append_trial(file, "b", Trial("ten flips", 1, 1, 3, 1.0))
    assert read_trials(file) == {"a": TRIAL, "b": Trial("ten flips", 1, 1, 3, 1.0)}
    assert TRIAL.accuracy == 0.9


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"key": "c", "claim": "x"}', "3"])
def test_broken_line_is_told(line: str, tmp_path: Path) -> None:
    file = tmp_path / "trials.jsonl"
    append_trial(file, "a", TRIAL)
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(UserError, match=r"trials.jsonl, line 2: no trial; remove the line"):
        read_trials(file)
