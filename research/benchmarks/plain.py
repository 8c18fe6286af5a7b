"""The plainest way to read letters from photos: Pillow and a Keras network, without any of the exported graph."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from components.decoding import PIXEL_SCALE
from components.example_gen.images import decode_png
from components.settings import ModelSettings
from components.trainer.model import build_model
from schema.curated import read_labels


def plain_network(settings: ModelSettings, model: Path) -> keras.Model | None:
    """Returns the network of a recipe with random weights, which take the same time as any others.

    Args:
        settings: Of the recipe that the model was trained with.
        model: The SavedModel to compare with.

    Returns:
        None if the SavedModel has another number of parameters: it is then another network.
    """
    network = build_model(settings, len(read_labels()))
    return network if network.count_params() == parameters(model) else None


def parameters(model: Path) -> int:
    """Returns the number of float32 values that a SavedModel stores."""
    # Here and not `keras.Model.count_params`: a loaded SavedModel is no Keras model.
    from tensorflow import float32, train

    reader = train.load_checkpoint(str(model / "variables" / "variables"))
    kinds = reader.get_variable_to_dtype_map()
    shapes = reader.get_variable_to_shape_map()
    return sum(int(np.prod(shape)) for name, shape in shapes.items() if kinds[name] == float32)


def decoded(photos: Sequence[bytes]) -> np.ndarray:
    """Returns PNGs of 32x32 pixels as float32 [batch, 32, 32, 3] in [0, 1], decoded one by one with Pillow."""
    return np.stack([decode_png(photo) for photo in photos]).astype(np.float32) * np.float32(PIXEL_SCALE)


def read_letters(network: keras.Model, pixels: np.ndarray) -> np.ndarray:
    """Returns the class ids, int64 [batch], of pixels as `decoded` gives them."""
    return np.asarray(network.predict_on_batch(pixels)).mean(axis=1).argmax(axis=1)
