"""Differences, their intervals, and what they allow to say."""

import math
from pathlib import Path

import pytest

from core.errors import UserError
from research.experiments.claims import CLAIMS, Claim
from research.experiments.comparison import Trial, append_trial, compare, read_trials

BASE, OTHER = Claim("short recipe", "base"), Claim("other", "changed")


def trials(claim: Claim, *right: int) -> list[Trial]:
    return [Trial(claim.name, seed, count, 1000, 60.0 + seed) for seed, count in enumerate(right, start=1)]


def test_difference_and_interval_are_student_s() -> None:
    base, other = compare((BASE, OTHER), trials(BASE, 900, 910, 920) + trials(OTHER, 940, 950, 960)).itertuples()
    assert math.isnan(base.difference) and math.isnan(base.margin) and base.verdict == ""
    assert (base.mean, other.mean) == pytest.approx((0.91, 0.95))
    assert (other.seeds, other.accuracies) == (3, (0.94, 0.95, 0.96))
    assert other.difference == pytest.approx(0.04)
    # Both deviate by .01; Student's t of 4 degrees of freedom at 97.5 % is 2.776.
    assert other.margin == pytest.approx(2.776 * 0.01 * math.sqrt(2 / 3), rel=1e-3)
    assert other.verdict == "better"
    assert other.seconds == 62.0


def test_deviation_is_that_within_the_claims() -> None:
    _, other = compare((BASE, OTHER), trials(BASE, 100, 300) + trials(OTHER, 500, 600, 700)).itertuples()
    # Student's t of 3 degrees of freedom at 97.5 % is 3.182.
    deviation = math.sqrt((0.01 + 0.01 + 0.01 + 0 + 0.01) / 3)
    assert other.margin == pytest.approx(3.182 * deviation * math.sqrt(1 / 2 + 1 / 3), rel=1e-3)


@pytest.mark.parametrize(
    ("right", "verdict"),
    [((940, 941), "better"), ((860, 861), "worse"), ((901, 902), "no difference shown")],
)
def test_verdict(right: tuple[int, int], verdict: str) -> None:
    _, other = compare((BASE, OTHER), trials(BASE, 900, 901) + trials(OTHER, *right)).itertuples()
    assert other.verdict == verdict


def test_claims_without_trials_are_left_out_and_one_seed_has_no_interval() -> None:
    (only,) = compare((BASE, OTHER), trials(OTHER, 900)).itertuples()
    assert only.name == "other" and math.isnan(only.difference)
    _, other = compare((BASE, OTHER), trials(BASE, 800) + trials(OTHER, 900)).itertuples()
    assert other.difference == pytest.approx(0.1) and math.isnan(other.margin) and other.verdict == ""


def test_every_claim_is_compared_with_a_claim_before_it() -> None:
    names = [claim.name for claim in CLAIMS]
    assert len(set(names)) == len(names)
    assert all(claim.against in names[: index + 1] for index, claim in enumerate(CLAIMS))


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
