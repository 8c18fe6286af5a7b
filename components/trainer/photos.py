"""What training draws from: photos, of rare papers more often, and generated letters among them.

Pixels are indexed alike whether they are in memory or, being too many for it, in a file.
"""

import itertools
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from components.settings import TrainSettings
from core.features import IMAGE_SHAPE
from core.labels import Labels
from sample.forms import drawable
from sample.parameters import ALL_HANDS, Parameters
from sample.photos import draw_squares

_PHOTO_BYTES = int(np.prod(IMAGE_SHAPE))


@dataclass(frozen=True)
class Photos:
    """A split, in the order of the photos' ids, so that it never depends on how files were written.

    Attributes:
        pixels: uint8 [n, 32, 32, 3], in memory or in a file.
        targets: float32 [n, classes], one-hot.
        backgrounds: int64 [n], indices into `BACKGROUNDS`.
        sources: bytes [n], names of the data folders; None where there is one.
    """

    # np.ndarray or StoredPixels: indexed by a slice or an int array.
    pixels: Any
    targets: np.ndarray
    backgrounds: np.ndarray
    sources: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def in_file(self) -> bool:
        """Whether the pixels are too many for memory."""
        return isinstance(self.pixels, StoredPixels)

    @property
    def class_ids(self) -> np.ndarray:
        """int64 [n]."""
        return self.targets.argmax(axis=1)


@dataclass(frozen=True)
class Splits:
    """The two splits that training sees."""

    train: Photos
    eval: Photos


def one_hot(class_ids: np.ndarray, classes: int) -> np.ndarray:
    """Returns class ids, int64 [n], as float32 [n, classes]."""
    return np.eye(classes, dtype=np.float32)[class_ids]


class StoredPixels:
    """Photos in a file that has no name, so that nothing is left of it however the process ends.

    They are read and not mapped into memory: mapped pages count as the process's memory.
    """

    def __init__(self, file: IO[bytes], places: np.ndarray):
        """Takes a file of photos, uint8 [32, 32, 3] each, and the place of each one in it, int64 [n]."""
        self._file = file
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: slice | np.ndarray) -> np.ndarray:
        """Returns the photos that an index of one dimension selects, uint8 [n, 32, 32, 3]."""
        places = self._places[index].tolist()
        photos = (os.pread(self._file.fileno(), _PHOTO_BYTES, place * _PHOTO_BYTES) for place in places)
        return np.frombuffer(b"".join(photos), np.uint8).reshape(-1, *IMAGE_SHAPE)

    def reordered(self, order: np.ndarray) -> "StoredPixels":
        """Returns the same photos in another order, int64 [n]."""
        return StoredPixels(self._file, self._places[order])

    def followed_by(self, pixels: np.ndarray) -> "StoredPixels":
        """Returns these photos and, after them, others, uint8 [m, 32, 32, 3], which go into the same file."""
        first = self._file.seek(0, os.SEEK_END) // _PHOTO_BYTES
        self._file.write(pixels.tobytes())
        self._file.flush()
        return StoredPixels(self._file, np.concatenate([self._places, first + np.arange(len(pixels))]))


def collect(batches: Iterable[np.ndarray], memory_bytes: int, folder: Path) -> np.ndarray | StoredPixels:
    """Returns the photos of all batches as one: in memory, or in a file if they take more than `memory_bytes`.

    Args:
        batches: uint8 [n, 32, 32, 3] each, at least one.
        memory_bytes: The most that they may take in memory.
        folder: Where the file is, if there is one; on a disk, not in memory.
    """
    coming = iter(batches)
    kept: list[np.ndarray] = []
    taken = 0
    for batch in coming:
        kept.append(batch)
        taken += batch.nbytes
        if taken > memory_bytes:
            return _stored(itertools.chain(kept, coming), folder)
    return np.concatenate(kept)


def _stored(batches: Iterable[np.ndarray], folder: Path) -> StoredPixels:
    # Open for as long as anything refers to the photos.
    file, photos = tempfile.TemporaryFile(dir=folder), 0  # noqa: SIM115
    for batch in batches:
        file.write(batch.tobytes())
        photos += len(batch)
    file.flush()
    return StoredPixels(file, np.arange(photos))


@dataclass(frozen=True)
class Mixture:
    """Pictures to train on, and how often each is drawn in an epoch.

    Attributes:
        pixels: uint8 [n, 32, 32, 3], in memory or in a file.
        targets: float32 [n, classes], one-hot.
        draws: float64 [n], the expected number of drawings of each in one epoch.
    """

    pixels: np.ndarray | StoredPixels
    targets: np.ndarray
    draws: np.ndarray

    @property
    def drawings(self) -> int:
        """Number of drawings in an epoch."""
        return round(float(self.draws.sum()))


def draw_letters(settings: TrainSettings, labels: Labels) -> Photos | None:
    """Returns the generated letters, of other hands than wrote the photos, that a training asks for; None for none.

    Of labels that no hand can draw, there are none.

    Raises:
        UserError: If fonts are not installed.
    """
    drawn = drawable(labels)
    if not settings.generated_per_letter or not drawn:
        return None
    class_ids = np.array([labels.index(label) for label in drawn])
    hands = settings.generated_hands or ALL_HANDS
    pixels, numbers = draw_squares(Parameters(drawn, settings.generated_per_letter, settings.seed, hands))
    # Of no real paper: their weight in the mixture is a setting of its own.
    return Photos(pixels, one_hot(class_ids[numbers], len(labels)), np.full(len(pixels), -1))


def mix(photos: Photos, generated: Photos | None, settings: TrainSettings) -> Mixture:
    """Returns the mixture of a training: as many drawings of photos in an epoch as there are photos.

    Args:
        photos: The train split.
        generated: Generated letters, which are added to the photos' drawings.
        settings: The balances and the share of generated letters.
    """
    draws = len(photos) * _weights(photos, settings)
    if generated is None:
        return Mixture(photos.pixels, photos.targets, draws)
    share = settings.generated_share
    each = len(photos) * share / (1.0 - share) / len(generated)
    old, new = photos.pixels, generated.pixels
    return Mixture(
        old.followed_by(new) if isinstance(old, StoredPixels) else np.concatenate([old, new]),
        np.concatenate([photos.targets, generated.targets]),
        np.concatenate([draws, np.full(len(generated), each)]),
    )


def _weights(photos: Photos, settings: TrainSettings) -> np.ndarray:
    papers = even_weights(photos.backgrounds, settings.paper_balance)
    if not settings.balance:
        return papers
    source_ids = np.zeros(len(photos), np.int64)
    if photos.sources is not None:
        _, source_ids = np.unique(photos.sources, return_inverse=True)
    weights = papers * even_weights(source_ids * photos.targets.shape[1] + photos.class_ids, settings.balance)
    return np.asarray(weights / weights.sum())


def even_weights(groups: np.ndarray, balance: float) -> np.ndarray:
    """Returns weights of photos, float64 [n] of sum 1; by a balance of 0 all photos weigh the same, of 1 all groups.

    Args:
        groups: int64 [n], each photo's group.
        balance: Exponent of a group's size.
    """
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weights = counts[index] ** -float(balance)
    return np.asarray(weights / weights.sum())


def draw_order(draws: np.ndarray, seed: int, epoch: int) -> np.ndarray:
    """Draws the pictures of one epoch, in random order, by systematic sampling.

    Each picture comes up as often as expected, rounded up or down; with draws of 1, each exactly once.

    Args:
        draws: float64 [n], the expected number of drawings of each picture.
        seed: The training's.
        epoch: Number of the epoch.

    Returns:
        int32 [round(sum of draws)], indices into `draws`.
    """
    rng = np.random.default_rng([seed, epoch])
    shuffled = rng.permutation(len(draws))
    drawings = round(float(draws.sum()))
    marks = (np.arange(drawings) + rng.random()) / drawings
    edges = np.cumsum(draws[shuffled]) / draws.sum()
    picked = shuffled[np.minimum(np.searchsorted(edges, marks), len(draws) - 1)]
    return rng.permutation(picked).astype(np.int32)
