"""What a sample is made from; the same parameters always give the same bytes."""

import json
from dataclasses import asdict, dataclass

from sample.errors import SampleError
from sample.hands import DEFAULT_HANDS, check_installed, known_hands

DEFAULT_PER_LETTER = 100
DEFAULT_SEED = 0
# Raise it whenever the drawing changes, so that an older sample is not taken for a new one.
_DRAWING = 1


@dataclass(frozen=True)
class Parameters:
    """The parameters of one sample, checked.

    Attributes:
        per_letter: Photos of each letter, 1 or more.
        seed: 0 or more.
        fonts: Names in `ALL_HANDS`; put in that order, each once.
    """

    per_letter: int = DEFAULT_PER_LETTER
    seed: int = DEFAULT_SEED
    fonts: tuple[str, ...] = DEFAULT_HANDS

    def __post_init__(self) -> None:
        """Checks every parameter before anything is drawn.

        Raises:
            SampleError: If a parameter is out of range, or a font unknown or not installed.
        """
        if self.per_letter < 1:
            raise SampleError(f"photos per letter must be 1 or more, not {self.per_letter}")
        if self.seed < 0:
            raise SampleError(f"the seed must be 0 or more, not {self.seed}")
        object.__setattr__(self, "fonts", known_hands(self.fonts))
        check_installed(self.fonts)

    def to_json(self) -> str:
        """Returns the text of `sample.json`."""
        record = {"drawing": _DRAWING, **asdict(self)}
        return json.dumps(record, indent=2, sort_keys=True) + "\n"
