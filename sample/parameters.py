"""What a sample is made from; the same parameters always give the same bytes."""

import json
from dataclasses import dataclass

from core.errors import UserError
from core.labels import Labels
from sample.forms import LETTERS
from sample.hands import DEFAULT_HANDS, check_installed, known_hands

DEFAULT_PER_LETTER = 100
DEFAULT_SEED = 0
# Raise it whenever the drawing changes, so that an older sample is not taken for a new one.
_DRAWING = 1


@dataclass(frozen=True)
class Parameters:
    """The parameters of one sample, checked.

    Attributes:
        labels: The letters, in the order of their class ids.
        per_letter: Photos of each letter, 1 or more.
        seed: 0 or more.
        hands: Names in `ALL_HANDS`; put in that order, each once.
    """

    labels: Labels
    per_letter: int = DEFAULT_PER_LETTER
    seed: int = DEFAULT_SEED
    hands: tuple[str, ...] = DEFAULT_HANDS

    def __post_init__(self) -> None:
        """Checks every parameter before anything is drawn.

        Raises:
            UserError: If a parameter is out of range, a label no letter that can be drawn, or a hand unknown or not
                installed.
        """
        if strange := [label for label in self.labels if label not in LETTERS]:
            raise UserError(f"{strange[0]!r} cannot be drawn, only {' '.join(LETTERS)}; take photos of your own")
        if self.per_letter < 1:
            raise UserError(f"photos per letter must be 1 or more, not {self.per_letter}")
        if self.seed < 0:
            raise UserError(f"the seed must be 0 or more, not {self.seed}")
        object.__setattr__(self, "labels", tuple(self.labels))
        object.__setattr__(self, "hands", known_hands(self.hands))
        check_installed(self.hands)

    def record(self) -> str:
        """Returns the text of `sample.json`; the labels stand in the CSV beside it."""
        record = {"drawing": _DRAWING, "per_letter": self.per_letter, "seed": self.seed, "fonts": self.hands}
        return json.dumps(record, indent=2, sort_keys=True) + "\n"
