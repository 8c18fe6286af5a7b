"""How a model reads photos as people take them: the same photos under each of `changes.CHANGES`."""

import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from components.inspector.changes import CHANGES

# A wrong answer that is this probable is one that nobody would doubt.
SURE = 0.9

Answer = Callable[[Sequence[bytes]], np.ndarray]


class Robustness(NamedTuple):
    """How photos were read under a change.

    Attributes:
        change: Its name.
        accuracy: The share that was read right.
        sure_and_wrong: The share that was read wrong with a probability of `SURE` or more.
        none_found: The share in which no letter was found.
    """

    change: str
    accuracy: float
    sure_and_wrong: float
    none_found: float


def measure_robustness(images: Sequence[bytes], class_ids: np.ndarray, answer: Answer) -> list[Robustness]:
    """Returns how a model reads photos under each change.

    Args:
        images: The photos, as ExampleGen keeps them, each cut to its letter.
        class_ids: int64 [n].
        answer: From encoded photos to their probabilities, float32 [n, labels], all 0 where no letter is found.
    """
    photos = [np.asarray(Image.open(io.BytesIO(image)).convert("RGB")) for image in images]
    return [_judged(name, answer([change(photo) for photo in photos]), class_ids) for name, change in CHANGES.items()]


def _judged(change: str, probabilities: np.ndarray, class_ids: np.ndarray) -> Robustness:
    highest = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == class_ids) & (highest > 0)
    sure = ~right & (highest >= SURE)
    return Robustness(change, float(right.mean()), float(sure.mean()), float((highest == 0).mean()))
