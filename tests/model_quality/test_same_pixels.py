"""One photo, two ways: what the Trainer feeds to the network, and what the served graph makes of the same file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tfx.components.trainer.fn_args_utils import DataAccessor
from tfx.components.util import tfxio_utils

from components.trainer.dataset import evaluation_batches, load_photos
from core import features
from core.features import IMAGE_FOLDER, IMAGE_SIDE, PIXELS
from tests.model_fixtures import Transformed


def _value(example: Any, key: str) -> Any:
    feature = example.features.feature[key]
    return (feature.bytes_list.value or feature.int64_list.value)[0]


@pytest.fixture(scope="module")
def in_training(
    transformed: Transformed, transform_output: Any, tmp_path_factory: pytest.TempPathFactory
) -> np.ndarray:
    """The network's input in training, in the order of the photos' ids."""
    accessor = DataAccessor(
        tfxio_utils.get_tf_dataset_factory_from_artifact([transformed.examples], ["test"]), None, None
    )
    files = [f"{transformed.examples.uri}/Split-train/*"]
    photos = load_photos(files, accessor, transform_output, 64, tmp_path_factory.mktemp("photos"))
    return np.concatenate([pixels for pixels, _ in evaluation_batches(photos, 50).as_numpy_iterator()])


@pytest.fixture(scope="module")
def ordered(photo_examples: list[Any]) -> list[Any]:
    return sorted(photo_examples, key=lambda example: _value(example, features.IMAGE_ID))


@pytest.fixture(scope="module")
def in_serving(
    ordered: list[Any], letters_folder: Path, serving_signatures: dict[str, Callable[..., dict[str, Any]]]
) -> np.ndarray:
    """The network's input when the files themselves are sent to the model, in the same order."""
    names = [_value(example, features.FILE).decode() for example in ordered]
    files = tf.constant([(letters_folder / IMAGE_FOLDER / name).read_bytes() for name in names])
    return serving_signatures["transform_features"](image=files)[PIXELS].numpy()


def test_photo_of_the_network_s_size_is_the_same_to_the_bit(
    in_training: np.ndarray, in_serving: np.ndarray, ordered: list[Any]
) -> None:
    exact = np.array([_value(e, features.WIDTH) == _value(e, features.HEIGHT) == IMAGE_SIDE for e in ordered])
    assert exact.sum() > 100
    assert in_training.dtype == in_serving.dtype == np.float32
    np.testing.assert_array_equal(in_training[exact], in_serving[exact])


def test_photo_of_another_size_differs_by_the_rounding_of_what_is_kept_in_memory_alone(
    in_training: np.ndarray, in_serving: np.ndarray
) -> None:
    # The Trainer keeps whole grey levels; the served graph's resizing gives parts of them.
    assert np.abs(in_training - in_serving).max() <= 0.5 / 255 + 1e-6
