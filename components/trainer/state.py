"""The key under which an interrupted training keeps its state: equal for equal data, settings and code."""

import hashlib

from components.settings import Settings
from components.trainer.photos import Photos

# Photos at a time: they may lie in a file that is larger than the memory.
_PIECE = 1024


def state_key(train: Photos, evaluation: Photos, config: Settings) -> str:
    """Returns a hex SHA-256 of everything that decides how a training goes.

    TFX gives a re-run a new folder, so the state must lie under a name that does not depend on it.
    """
    digest = hashlib.sha256(config.model_dump_json().encode())
    for photos in (train, evaluation):
        for start in range(0, len(photos), _PIECE):
            digest.update(photos.pixels[start : start + _PIECE].tobytes())
        for part in (photos.labels, photos.backgrounds):
            digest.update(part.tobytes())
    return digest.hexdigest()
