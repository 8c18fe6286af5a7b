"""Generated letters for training: other hands than the one that wrote the photos."""

from components.settings import TrainSettings
from components.trainer.mixture import Photos


def draw_letters(settings: TrainSettings) -> Photos | None:
    """Returns the generated letters that a training asks for, None if it asks for none."""
    if not settings.generated_per_letter:
        return None
    raise NotImplementedError
