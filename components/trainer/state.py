"""The key under which an interrupted training keeps its state: equal for equal data, settings and code."""

import hashlib

from components.settings import Settings
from components.trainer.mixture import Photos


def state_key(train: Photos, evaluation: Photos, config: Settings) -> str:
    """Returns a hex SHA-256 of everything that decides how a training goes.

    TFX gives a re-run a new folder, so the state must lie under a name that does not depend on it.
    """
    digest = hashlib.sha256(config.model_dump_json().encode())
    for photos in (train, evaluation):
        for part in (photos.pixels, photos.labels, photos.backgrounds):
            digest.update(part.tobytes())
    return digest.hexdigest()
