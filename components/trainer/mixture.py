"""What training draws from: photos, of rare papers more often, and generated letters among them."""

from dataclasses import dataclass

import numpy as np

from components.settings import TrainSettings
from components.trainer.photos import Photos, StoredPixels, one_hot
from core.labels import Labels
from sample.forms import LETTERS
from sample.parameters import ALL_HANDS, Parameters
from sample.photos import draw_squares


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
    class_ids = np.array([class_id for class_id, label in enumerate(labels) if label in LETTERS])
    if not settings.generated_per_letter or not len(class_ids):
        return None
    drawn = tuple(labels[class_id] for class_id in class_ids)
    hands = settings.generated_hands or ALL_HANDS
    pixels, numbers = draw_squares(Parameters(drawn, settings.generated_per_letter, settings.seed, hands))
    # Of no real paper: their weight in the mixture is a setting of its own.
    return Photos(pixels, one_hot(class_ids[numbers], len(labels)), np.full(len(pixels), -1))


def mix(photos: Photos, generated: Photos | None, settings: TrainSettings) -> Mixture:
    """Returns the mixture of a training: as many drawings of photos in an epoch as there are photos.

    Args:
        photos: The train split.
        generated: Generated letters, which are added to the photos' drawings.
        settings: The papers' balance and the share of generated letters.
    """
    draws = len(photos) * paper_weights(photos.backgrounds, settings.paper_balance)
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
