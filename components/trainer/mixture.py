"""What training draws from: photos, of rare papers more often, and generated letters among them."""

from dataclasses import dataclass

import numpy as np

from components.settings import TrainSettings
from components.trainer.pixels import JoinedPixels, Pixels, StoredPixels
from core.labels import ALPHABET


@dataclass(frozen=True)
class Photos:
    """A split, in the order of the photos' ids, so that it never depends on how files were written.

    Attributes:
        pixels: uint8 [n, 32, 32, 3], in memory or in a file.
        labels: float32 [n, 33], one-hot.
        backgrounds: int64 [n], indices into `BACKGROUNDS`.
    """

    pixels: Pixels
    labels: np.ndarray
    backgrounds: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def in_file(self) -> bool:
        """Whether the pixels are too many for memory."""
        return isinstance(self.pixels, StoredPixels)

    @property
    def class_ids(self) -> np.ndarray:
        """int64 [n], 0 to 32."""
        return self.labels.argmax(axis=1)


@dataclass(frozen=True)
class Mixture:
    """Pictures to train on, and how often each is drawn in an epoch.

    Attributes:
        pixels: uint8 [n, 32, 32, 3], in memory or in a file.
        labels: float32 [n, 33], one-hot.
        draws: float64 [n], the expected number of drawings of each in one epoch.
    """

    pixels: Pixels
    labels: np.ndarray
    draws: np.ndarray

    @property
    def drawings(self) -> int:
        """Number of drawings in an epoch."""
        return round(float(self.draws.sum()))


def mix(photos: Photos, generated: Photos | None, settings: TrainSettings) -> Mixture:
    """Returns the mixture of a training: as many drawings of photos in an epoch as there are photos.

    Args:
        photos: The train split.
        generated: Generated letters, which are added to the photos' drawings.
        settings: The papers' balance and the share of generated letters.
    """
    draws = len(photos) * paper_weights(photos.backgrounds, settings.paper_balance)
    if generated is None:
        return Mixture(photos.pixels, photos.labels, draws)
    share = settings.generated_share
    each = len(photos) * share / (1.0 - share) / len(generated)
    return Mixture(
        JoinedPixels(photos.pixels, generated.pixels),
        np.concatenate([photos.labels, generated.labels]),
        np.concatenate([draws, np.full(len(generated), each)]),
    )


def paper_weights(backgrounds: np.ndarray, balance: float) -> np.ndarray:
    """Returns the photos' weights, float64 [n], which sum to 1.

    Args:
        backgrounds: int64 [n], the paper of each photo.
        balance: 0 weighs all photos equally, 1 all papers.
    """
    _, index, counts = np.unique(backgrounds, return_inverse=True, return_counts=True)
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


def one_hot(class_ids: np.ndarray) -> np.ndarray:
    """Returns class ids, int64 [n], as float32 [n, 33]."""
    return np.eye(len(ALPHABET), dtype=np.float32)[class_ids]
