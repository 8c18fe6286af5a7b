"""Draws scenes, trains the finder on them and writes its weights: python -m research.finder --data DIR."""

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain

import numpy as np

from console.command import command_main
from core.features import BACKGROUND, IMAGE_SHAPE, TRAIN_SPLIT
from research.benchmarks.report import DATA, command, flag
from research.finder.scenes import draw_scenes
from schema.curated import read_labels

_SEEDS = (1, 2)
# Rulings would be taken for strokes.
_WITHOUT_LINES = "plain"


@command(
    DATA,
    flag("--scenes", type=int, default=24_000, help="that are drawn with each of two seeds (24000)"),
    flag("--epochs", type=int, default=24, help="of training (24)"),
)
def main(flags: argparse.Namespace) -> None:
    """Trains the finder on the train split's letters on plain paper and on generated ones."""
    # Here, since they import TensorFlow and TFX.
    from components.example_gen.images import decode_image
    from components.finder import WEIGHTS
    from components.settings import DataSettings
    from research.benchmarks.photos import read_stored
    from research.finder.training import train, write_weights

    stored = read_stored(flags.data, DataSettings(), (TRAIN_SPLIT,))[TRAIN_SPLIT]
    plain = stored.slices[BACKGROUND] == _WITHOUT_LINES
    pixels = [decode_image(stored.images[row]) for row in np.flatnonzero(plain)]
    photos = np.stack([photo for photo in pixels if photo.shape == IMAGE_SHAPE])
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        scenes = [*chain.from_iterable(pool.map(partial(draw_scenes, photos, read_labels(), flags.scenes), _SEEDS))]
    network = train(
        np.stack([scene.pixels for scene in scenes]),
        np.array([scene.box for scene in scenes], np.float32),
        np.array([scene.paper for scene in scenes], np.float32),
        np.array([scene.found for scene in scenes]),
        np.array([scene.is_light for scene in scenes]),
        epochs=flags.epochs,
    )
    write_weights(network, WEIGHTS)
    print(f"{WEIGHTS}: written")


if __name__ == "__main__":
    sys.exit(command_main(main))
