"""The trials' results: a line of JSON each, so that an interrupted series goes on where it stopped."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import UserError


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
