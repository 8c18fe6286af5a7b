"""How a model reads photos as people take them: test photos under each of `changes.CHANGES`."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from components.example_gen.images import encode_png
from components.inspector.changes import CHANGES, SLOW, Photo, encode_jpeg

# A wrong answer that is this probable is one that nobody would doubt.
SURE = 0.9
# Of the photos, under changes that take long.
_SLOW_SHARE = 6
_EXAMPLE_SIDE = 96
_FILE = "robustness.json"

Answer = Callable[[Sequence[bytes]], np.ndarray]
# From encoded photos to pixels: uint8 [height, width, 3] each.
Look = Callable[[Sequence[bytes]], Sequence[np.ndarray] | np.ndarray]


@dataclass(frozen=True)
class Example:
    """A changed photo and its answer.

    Attributes:
        photo: A small JPEG of it, upright and without transparency.
        found: A PNG of what was cut out of it and read.
        class_id: Of the true letter.
        answer: Of the model's; None where it found none.
        probability: Of the answer.
    """

    photo: bytes
    found: bytes
    class_id: int
    answer: int | None
    probability: float


@dataclass(frozen=True)
class Robustness:
    """How photos were read under a change.

    Attributes:
        change: Its name.
        photos: How many.
        accuracy: The share that was read right.
        sure_and_wrong: The share that was read wrong with a probability of `SURE` or more.
        none_found: The share in which no letter was found.
        examples: The first photo, and the one whose wrong answer is the most probable.
    """

    change: str
    photos: int
    accuracy: float
    sure_and_wrong: float
    none_found: float
    examples: Sequence[Example] = ()


def measure_robustness(
    letters: Sequence[Photo], class_ids: np.ndarray, answer: Answer, decode: Look, cut: Look
) -> list[Robustness]:
    """Returns how a model reads letters under each change.

    Args:
        letters: uint8 [32, 32, 3] each, as the network reads them.
        class_ids: int64 [n].
        answer: From encoded photos to their probabilities, float32 [n, labels], all 0 where no letter is found.
        decode: As `decode_photo` does.
        cut: What the model cuts out.
    """
    if not len(letters):
        return []
    found = []
    # Pillow and SciPy leave the other cores to the other threads.
    with ThreadPoolExecutor() as pool:
        for name, change in CHANGES.items():
            count = -(-len(letters) // _SLOW_SHARE) if name in SLOW else len(letters)
            encoded = list(pool.map(change, letters[:count]))
            probabilities, truth = answer(encoded), class_ids[:count]
            highest, read = probabilities.max(axis=1), probabilities.argmax(axis=1)
            wrong = (read != truth) | (highest == 0)
            right, sure, none = (float(each.mean()) for each in (~wrong, wrong & (highest >= SURE), highest == 0))
            # The first photo, and the surest mistake if there is one.
            shown = [0, *([int(np.argmax(wrong * highest))] if (wrong * highest).any() else [])]
            chosen = [encoded[row] for row in shown]
            examples = tuple(
                Example(
                    _thumbnail(photo),
                    encode_png(letter),
                    int(truth[row]),
                    int(read[row]) if highest[row] else None,
                    float(highest[row]),
                )
                for row, photo, letter in zip(shown, decode(chosen), cut(chosen), strict=True)
            )
            found.append(Robustness(name, count, right, sure, none, examples))
    return found


def worst_change(measured: Sequence[Robustness]) -> Robustness | None:
    """Returns the change under which the fewest photos are read right; None where nothing was measured."""
    return min(measured, key=lambda each: each.accuracy, default=None)


def write_robustness(measured: Sequence[Robustness], folder: Path) -> None:
    """Writes what was measured into a folder that exists."""
    text = json.dumps([asdict(each) for each in measured], default=lambda picture: base64.b64encode(picture).decode())
    (folder / _FILE).write_text(text, encoding="utf-8")


def read_robustness(folder: Path) -> list[Robustness]:
    """Returns what lies in a folder; none where it was not measured, as by older versions of this program."""
    if not (folder / _FILE).exists():
        return []
    rows = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return [Robustness(**{**row, "examples": tuple(map(_example, row["examples"]))}) for row in rows]


def _example(row: Mapping[str, Any]) -> Example:
    return Example(**{**row, **{key: base64.b64decode(row[key]) for key in ("photo", "found")}})


def _thumbnail(pixels: np.ndarray) -> bytes:
    image = Image.fromarray(pixels)
    image.thumbnail((_EXAMPLE_SIDE, _EXAMPLE_SIDE))
    return encode_jpeg(image, quality=75)
