"""The command: what it runs, that it resumes, the page it writes, and mistakes."""

from pathlib import Path

import pytest

from research.experiments import ablation
from research.experiments.ablation import main, missing_trials
from research.experiments.claims import CLAIMS, Claim, short_recipe
from research.experiments.comparison import Trial

DATA = Path("photos")


@pytest.fixture
def run_trials(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Trials that train nothing; returns those that were run."""
    run: list[tuple[str, int]] = []

    def trial(claim: Claim, seed: int) -> Trial:
        run.append((claim.name, seed))
        return Trial(claim.name, seed, 900 + 10 * seed + len(claim.name), 1000, 60.0)

    monkeypatch.setattr(ablation, "_trial_runner", lambda data: trial)
    return run


def arguments(folder: Path, *more: str) -> list[str]:
    files = ["--results", str(folder / "trials.jsonl"), "--document", str(folder / "docs" / "page.md")]
    return ["--data", str(DATA), *files, *more]


def test_every_missing_trial_is_run_once_and_the_page_written(
    tmp_path: Path, run_trials: list[tuple[str, int]], capsys: pytest.CaptureFixture
) -> None:
    assert main(arguments(tmp_path, "--seeds", "1")) == 0
    assert run_trials == [(claim.name, 1) for claim in CLAIMS]
    assert main(arguments(tmp_path, "--seeds", "2")) == 0
    assert run_trials[len(CLAIMS) :] == [(claim.name, 2) for claim in CLAIMS]
    page = (tmp_path / "docs" / "page.md").read_text()
    assert all(f"| **{claim.name}**: " in page for claim in CLAIMS)
    assert "1000 photos of the eval split" in page and "(page.svg)" in page
    assert (tmp_path / "docs" / "page.svg").read_text().count("ten flips") >= 1
    assert "ten flips, seed 2: 92.90%" in capsys.readouterr().out
    before = page, (tmp_path / "docs" / "page.svg").read_bytes()
    assert main(arguments(tmp_path, "--seeds", "2")) == 0
    assert len(run_trials) == 2 * len(CLAIMS)
    assert before == ((tmp_path / "docs" / "page.md").read_text(), (tmp_path / "docs" / "page.svg").read_bytes())


def test_interrupted_series_goes_on(
    tmp_path: Path, run_trials: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(claim: Claim, seed: int) -> Trial:
        if len(run_trials) == 3:
            raise KeyboardInterrupt
        run_trials.append((claim.name, seed))
        return Trial(claim.name, seed, 1, 2, 1.0)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(ablation, "_trial_runner", lambda data: interrupt)
        main(arguments(tmp_path))
    assert not (tmp_path / "docs").exists()
    assert main(arguments(tmp_path)) == 0
    assert run_trials == [(claim.name, seed) for seed in (1, 2, 3) for claim in CLAIMS]


def test_changed_settings_seed_or_data_are_other_trials() -> None:
    claim = CLAIMS[0]
    keys = {claim.key(1, DATA), claim.key(2, DATA), claim.key(1, Path("others")), CLAIMS[3].key(1, DATA)}
    keys.add(next(c for c in CLAIMS if c.change == "grey").key(1, DATA))
    assert len(keys) == 5
    assert missing_trials([claim], 2, DATA, {claim.key(1, DATA)}) == [(claim, 2)]


def test_every_claim_s_settings_are_valid_and_differ_from_the_short_recipe() -> None:
    configs = [claim.config(1) for claim in CLAIMS]
    unchanged = [c for c in CLAIMS if not c.change and c.config(short_recipe().train.seed) == short_recipe()]
    assert unchanged == [CLAIMS[0]]
    assert len({config.sha256() for config in configs}) == len(CLAIMS) - sum(bool(c.change) for c in CLAIMS)


def test_wrong_number_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments(tmp_path, "--seeds", "0"))
    error = capsys.readouterr().err
    assert ended.value.code == 2
    assert "'0' is no whole number from 1" in error and error.count("\n") == 1


def test_missing_data_folder_ends_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["--data", str(tmp_path / "none"), "--results", str(tmp_path / "trials.jsonl")]) == 2
    error = capsys.readouterr().err
    assert "no such folder" in error and error.count("\n") == 1
