"""Generated letters for training: other hands than the one that wrote the photos."""

import numpy as np

from components.settings import TrainSettings
from components.trainer.mixture import Photos, one_hot
from sample.hands import ALL_HANDS
from sample.squares import draw_squares


def draw_letters(settings: TrainSettings) -> Photos | None:
    """Returns the generated letters that a training asks for, None if it asks for none."""
    if not settings.generated_per_letter:
        return None
    hands = settings.generated_hands or ALL_HANDS
    pixels, class_ids = draw_squares(settings.generated_per_letter, settings.seed, hands)
    # Of no real paper: their weight in the mixture is a setting of its own.
    return Photos(pixels, one_hot(class_ids), np.full(len(pixels), -1))
