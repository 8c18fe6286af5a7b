"""The trials' results, kept so that an interrupted series goes on, and what they say of each claim."""

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scipy import stats

from core.errors import UserError
from research.experiments.claims import Claim


@dataclass(frozen=True)
class Trial:
    """What one trial gave.

    Attributes:
        claim: The claim's name.
        seed: Of everything random.
        right: Eval photos that were recognised.
        photos: Eval photos.
        seconds: Of the training.
    """

    claim: str
    seed: int
    right: int
    photos: int
    seconds: float

    @property
    def accuracy(self) -> float:
        """The fraction of eval photos that were recognised."""
        return self.right / self.photos


def read_trials(file: Path) -> dict[str, Trial]:
    """Returns the trials that `append_trial` wrote, by their key; none where the file is missing.

    Raises:
        UserError: If a line is none of ours.
    """
    if not file.exists():
        return {}
    trials = {}
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        try:
            row = json.loads(line)
            key = row.pop("key")
            trials[key] = Trial(**row)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise UserError(f"{file}, line {number}: no trial; remove the line, and the trial is repeated") from None
    return trials


def append_trial(file: Path, key: str, trial: Trial) -> None:
    """Adds a trial to the file, which is made where it is missing.

    Args:
        file: JSON lines.
        key: Of everything that the result depends on.
        trial: The result.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        stream.write(json.dumps({"key": key, **asdict(trial)}, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Comparison:
    """What the trials say of a claim; accuracies and differences are fractions.

    Attributes:
        claim: The claim.
        accuracies: Of each seed.
        mean: Of the accuracies.
        difference: From the mean of the claim that it is compared with; None for what is compared with nothing.
        margin: Half the width of the difference's 95 % interval.
        seconds: The median training's.
    """

    claim: Claim
    accuracies: tuple[float, ...]
    mean: float
    difference: float | None
    margin: float | None
    seconds: float

    @property
    def verdict(self) -> str:
        """What the interval allows to say."""
        if self.difference is None or self.margin is None:
            return ""
        if abs(self.difference) <= self.margin:
            return "no difference shown"
        return "better" if self.difference > 0 else "worse"


def compare(claims: Sequence[Claim], trials: Sequence[Trial]) -> list[Comparison]:
    """Returns a comparison for each claim that has trials.

    The intervals are Student's, with one standard deviation between seeds for all claims: three seeds of one claim
    alone say too little of it.

    Args:
        claims: In the order wanted.
        trials: Of any claims and seeds.
    """
    accuracies = {claim.name: tuple(t.accuracy for t in trials if t.claim == claim.name) for claim in claims}
    deviation, freedom = pooled_deviation(list(accuracies.values()))
    return [_compare(claim, accuracies, trials, deviation, freedom) for claim in claims if accuracies[claim.name]]


def _compare(
    claim: Claim, accuracies: dict[str, tuple[float, ...]], trials: Sequence[Trial], deviation: float, freedom: int
) -> Comparison:
    own, other = accuracies[claim.name], accuracies.get(claim.against, ())
    difference = margin = None
    if other and claim.name != claim.against:
        difference = statistics.mean(own) - statistics.mean(other)
    if difference is not None and freedom:
        error = deviation * math.sqrt(1 / len(own) + 1 / len(other))
        margin = float(stats.t.ppf(0.975, freedom)) * error
    seconds = statistics.median(trial.seconds for trial in trials if trial.claim == claim.name)
    return Comparison(claim, own, statistics.mean(own), difference, margin, seconds)


def pooled_deviation(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Returns the standard deviation within groups, and its degrees of freedom (0 where none can be told)."""
    squares = sum(sum((x - statistics.mean(group)) ** 2 for x in group) for group in groups if group)
    freedom = sum(len(group) - 1 for group in groups if group)
    return (math.sqrt(squares / freedom) if freedom else 0.0), freedom
