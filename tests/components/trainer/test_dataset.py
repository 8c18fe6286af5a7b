"""The training input: every photo once per epoch, and any epoch the same wherever training begins."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tfx.components.trainer.fn_args_utils import DataAccessor
from tfx.components.util import tfxio_utils
from tfx.types import artifact_utils

from components.finder import PIXEL_SCALE
from components.settings import AugmentationSettings, TrainSettings
from components.trainer.dataset import evaluation_batches, load_photos, steps_per_epoch, training_batches
from components.trainer.photos import Mixture, Photos, mix
from components.transform import preprocessing_fn
from core.features import BACKGROUND, IMAGE, IMAGE_ID, LABEL
from tests.components.trainer.trainings import LABELS
from tests.model_fixtures import Transformed, random_photos, write_examples

PLAIN = AugmentationSettings()
VARIED = AugmentationSettings(rotation_degrees=10.0, shift=0.1, ink_gain=0.3, permute_channels=True)
PHOTOS, BATCH = 23, 5
STEPS = 5
SETTINGS = TrainSettings(batch_size=BATCH, seed=4)


def _mixture(photos: int) -> Mixture:
    return mix(random_photos(photos, 0), None, SETTINGS)


def _epochs(
    augmentation: AugmentationSettings, count: int, first_epoch: int = 0, settings: TrainSettings = SETTINGS
) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    batches = training_batches(_mixture(PHOTOS), settings, augmentation, first_epoch)
    flat = list(batches.take(count * STEPS).as_numpy_iterator())
    return [flat[i : i + STEPS] for i in range(0, len(flat), STEPS)]


def _same(ours: list[Any], theirs: list[Any]) -> bool:
    return all(np.array_equal(x, u) and np.array_equal(y, v) for (x, y), (u, v) in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(("photos", "batch", "steps"), [(23, 5, 5), (25, 5, 5), (26, 5, 6), (1, 64, 1), (64, 1, 64)])
def test_last_smaller_batch_counts_as_a_step(photos: int, batch: int, steps: int) -> None:
    assert steps_per_epoch(_mixture(photos), TrainSettings(batch_size=batch)) == steps


def test_every_photo_comes_exactly_once_in_each_epoch_with_its_label() -> None:
    photos = random_photos(PHOTOS, 0)
    letters = {image.tobytes(): label.argmax() for image, label in zip(photos.pixels, photos.targets, strict=True)}
    for epoch in _epochs(PLAIN, 3):
        assert [len(labels) for _, labels in epoch] == [5, 5, 5, 5, 3]
        pixels = np.rint(np.concatenate([x for x, _ in epoch]) * 255).astype(np.uint8)
        labels = np.concatenate([y for _, y in epoch])
        assert {p.tobytes(): y.argmax() for p, y in zip(pixels, labels, strict=True)} == letters


def test_each_epoch_has_an_order_and_an_augmentation_of_its_own() -> None:
    first, second = _epochs(PLAIN, 2)
    assert not np.array_equal(first[0][1], second[0][1])
    varied = [np.sort(np.concatenate([x.mean(axis=(1, 2, 3)) for x, _ in epoch])) for epoch in _epochs(VARIED, 2)]
    assert np.abs(varied[0] - varied[1]).max() > 1e-3


@pytest.mark.parametrize("augmentation", [PLAIN, VARIED], ids=["plain", "varied"])
@pytest.mark.parametrize("first_epoch", [1, 3])
def test_later_beginning_gives_the_tail_of_an_undisturbed_stream(
    augmentation: AugmentationSettings, first_epoch: int
) -> None:
    undisturbed = _epochs(augmentation, 4)
    resumed = _epochs(augmentation, 4 - first_epoch, first_epoch)
    assert all(_same(a, b) for a, b in zip(undisturbed[first_epoch:], resumed, strict=True))


def test_seed_decides_order_and_augmentation() -> None:
    other = SETTINGS.model_copy(update={"seed": 5})
    assert _same(_epochs(VARIED, 1)[0], _epochs(VARIED, 1)[0])
    assert not _same(_epochs(PLAIN, 1)[0], _epochs(PLAIN, 1, settings=other)[0])
    one = _mixture(1)
    mine, theirs = (next(iter(training_batches(one, s, VARIED)))[0] for s in (SETTINGS, other))
    assert not np.array_equal(mine, theirs)


def test_evaluation_gives_the_split_once_in_order_and_unchanged() -> None:
    photos = random_photos(PHOTOS, 0)
    for _ in range(2):
        batches = list(evaluation_batches(photos, 10).as_numpy_iterator())
        assert [len(x) for x, _ in batches] == [10, 10, 3]
        pixels, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        assert pixels.dtype == np.float32
        np.testing.assert_array_equal(pixels, photos.pixels * np.float32(PIXEL_SCALE))
        np.testing.assert_array_equal(labels, photos.targets)


def _load(artifact: Any, transform_output: Any, folder: Path, memory_mib: int = 64) -> Photos:
    accessor = DataAccessor(tfxio_utils.get_tf_dataset_factory_from_artifact([artifact], ["test"]), None, None)
    (split,) = artifact_utils.get_split_uris([artifact], "train")
    return load_photos([f"{split}/*"], accessor, transform_output, memory_mib, folder)


@pytest.fixture(scope="module")
def loaded(transformed: Transformed, transform_output: Any, tmp_path_factory: pytest.TempPathFactory) -> Photos:
    return _load(transformed.examples, transform_output, tmp_path_factory.mktemp("loaded"))


def test_split_is_read_through_the_transform_graph(loaded: Photos, photo_examples: list[Any]) -> None:
    ordered = sorted(photo_examples, key=lambda e: e.features.feature[IMAGE_ID].bytes_list.value[0])
    images = tf.constant([e.features.feature[IMAGE].bytes_list.value[0] for e in ordered])
    labels = tf.constant([e.features.feature[LABEL].int64_list.value[0] for e in ordered])
    expected = preprocessing_fn({IMAGE: images, LABEL: labels}, {"labels": list(LABELS)})
    assert loaded.pixels.dtype == np.uint8
    np.testing.assert_array_equal(loaded.pixels, np.rint(expected["pixels"] * 255))
    np.testing.assert_array_equal(loaded.targets, expected["one_hot_label"])
    backgrounds = [e.features.feature[BACKGROUND].int64_list.value[0] for e in ordered]
    assert loaded.backgrounds.tolist() == backgrounds


def test_order_does_not_depend_on_how_the_files_were_written(
    loaded: Photos, transform_output: Any, photo_examples: list[Any], tmp_path: Path
) -> None:
    turned = _load(write_examples(tmp_path, photo_examples[::-1], "train"), transform_output, tmp_path)
    np.testing.assert_array_equal(turned.pixels, loaded.pixels)
    np.testing.assert_array_equal(turned.targets, loaded.targets)


def test_photos_too_many_for_memory_give_the_same_batches_from_a_file(
    loaded: Photos, transformed: Transformed, transform_output: Any, tmp_path: Path
) -> None:
    in_memory = loaded
    in_file = _load(transformed.examples, transform_output, tmp_path, memory_mib=0)
    assert (in_memory.in_file, in_file.in_file) == (False, True)
    np.testing.assert_array_equal(in_file.pixels[:], in_memory.pixels)
    np.testing.assert_array_equal(in_file.targets, in_memory.targets)
    np.testing.assert_array_equal(in_file.backgrounds, in_memory.backgrounds)
    generated = random_photos(11, 3)
    steps = steps_per_epoch(mix(in_memory, generated, SETTINGS), SETTINGS)
    ours, theirs = (
        list(training_batches(mix(photos, generated, SETTINGS), SETTINGS, VARIED).take(2 * steps).as_numpy_iterator())
        for photos in (in_file, in_memory)
    )
    assert _same(ours, theirs)
    assert _same(*(list(evaluation_batches(p, 10).as_numpy_iterator()) for p in (in_file, in_memory)))
    assert list(tmp_path.iterdir()) == []
