"""The trials' results, kept so that an interrupted series goes on, and what they say of each claim."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from core.errors import UserError
from research.experiments.claims import Claim


@dataclass(frozen=True)
class Trial:
    """What one trial of a claim, by its name, gave: the eval photos that were recognised, and the training's seconds.

    The seed is of everything random.
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
    trials = {}
    for number, line in enumerate(file.read_text().splitlines() if file.exists() else [], start=1):
        try:
            row = json.loads(line)
            key = row.pop("key")
            trials[key] = Trial(**row)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise UserError(f"{file}, line {number}: no trial; remove the line, and the trial is repeated") from None
    return trials


def append_trial(file: Path, key: str, trial: Trial) -> None:
    """Adds a trial, by the key of all that it depends on, to a file of JSON lines, made where it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        stream.write(json.dumps({"key": key, **asdict(trial)}, ensure_ascii=False) + "\n")


def compare(claims: Sequence[Claim], trials: Sequence[Trial]) -> pd.DataFrame:
    """Returns what the trials of claims, of any seeds, say of each claim that has some.

    The intervals are Student's, with one standard deviation between seeds for all claims: three seeds of one claim
    alone say too little of it.

    Returns:
        In the order of the claims: `name`, `text` and `against` as the claim has them, `accuracies` of each seed, a
        tuple, and their `mean`; `difference` from the mean of the claim that it is compared with, and `margin`, half
        the width of the difference's 95 % interval: fractions, NaN where there is none; `verdict`, what the interval
        allows to say; `seconds` of the median training.
    """
    table = pd.DataFrame([{**asdict(each), "accuracy": each.accuracy} for each in trials])
    groups = table.groupby("claim")
    found = groups.agg(
        accuracies=("accuracy", tuple), mean=("accuracy", "mean"), seeds=("seed", "size"), seconds=("seconds", "median")
    )
    freedom = len(table) - len(found)
    squares = (table["accuracy"] - groups["accuracy"].transform("mean")).pow(2).sum()
    deviation = math.sqrt(squares / freedom) if freedom else math.nan
    rows = pd.DataFrame(claims)[["name", "text", "against"]].merge(found, left_on="name", right_index=True)
    other = found.reindex(rows["against"]).set_axis(rows.index)
    rows["difference"] = (rows["mean"] - other["mean"]).where(rows["name"] != rows["against"])
    error = deviation * np.sqrt(1 / rows["seeds"] + 1 / other["seeds"])
    rows["margin"] = (stats.t.ppf(0.975, freedom) * error).where(rows["difference"].notna())
    rows["verdict"] = np.select(
        [rows["margin"].isna(), rows["difference"].abs() <= rows["margin"], rows["difference"] > 0],
        ["", "no difference shown", "better"],
        "worse",
    )
    return rows
