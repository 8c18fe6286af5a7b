"""The splits that benchmarks train on: those that ExampleGen and the Trainer make of the same folder."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.example_gen.bad_records import BadRecordsError
from components.settings import DataSettings
from components.trainer.photos import Photos, one_hot
from core.errors import UserError
from core.features import CSV_FILE_NAME, EVAL_SPLIT, IMAGE_FOLDER, TEST_SPLIT, TRAIN_SPLIT
from research.benchmarks.photos import is_right, load_splits, read_photos

SEEN = (TRAIN_SPLIT, EVAL_SPLIT)


@pytest.fixture
def copied(letters_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(letters_folder, tmp_path / "letters"))


def first_image(data: Path) -> Path:
    return min((data / IMAGE_FOLDER).glob("*.png"))


def settings_of(shares: tuple[int, int, int], **others: Any) -> DataSettings:
    return DataSettings(train_share=shares[0], eval_share=shares[1], test_share=shares[2], **others)


def test_photos_are_those_that_the_trainer_loads(letters_folder: Path, tmp_path: Path, transform_output: Any) -> None:
    from tfx.components.trainer.fn_args_utils import DataAccessor
    from tfx.components.util import tfxio_utils
    from tfx.types import standard_artifacts

    from components.trainer.dataset import load_photos
    from research.benchmarks.tfx_steps import example_gen

    settings = settings_of((2, 2, 1))
    example_gen(letters_folder, tmp_path, data_settings=settings)
    examples = standard_artifacts.Examples()
    examples.uri = str(tmp_path / "examples")
    accessor = DataAccessor(tfxio_utils.get_tf_dataset_factory_from_artifact([examples], ["test"]), None, None)
    splits = load_splits(letters_folder, settings)
    for split, ours in ((TRAIN_SPLIT, splits.train), (EVAL_SPLIT, splits.eval)):
        assert_equal(ours, load_photos([f"{examples.uri}/Split-{split}/*"], accessor, transform_output, 64, tmp_path))


def assert_equal(ours: Photos, theirs: Photos) -> None:
    for name in ("pixels", "targets", "backgrounds"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        assert mine.dtype == other.dtype
        np.testing.assert_array_equal(mine, other)


def test_test_split_is_left_out(letters_folder: Path) -> None:
    photos = read_photos(letters_folder, settings_of((1, 1, 1)), SEEN)
    assert set(photos) == {TRAIN_SPLIT, EVAL_SPLIT}
    assert 0 < sum(len(split) for split in photos.values()) < 132
    assert TEST_SPLIT not in photos


@pytest.mark.parametrize("size", [(31, 32), (70, 45)])
def test_photo_of_another_size_is_resized_as_in_serving(
    size: tuple[int, int], copied: Path, serving_signatures: Any
) -> None:
    import tensorflow as tf

    path = first_image(copied)
    noise = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    served = serving_signatures["transform_features"](image=tf.constant([path.read_bytes()]))["pixels"].numpy()
    photos = read_photos(copied, settings_of((1000, 1000, 1)), SEEN)
    kept = np.concatenate([split.pixels for split in photos.values()])
    assert (kept == np.rint(served * 255)).all(axis=(1, 2, 3)).sum() == 1


@pytest.mark.parametrize(("on_bad_record", "dropped"), [("error", None), ("skip", 1)])
def test_broken_photo_is_judged_as_in_the_pipeline(on_bad_record: Any, dropped: int | None, copied: Path) -> None:
    everything = settings_of((1000, 1000, 1), on_bad_record=on_bad_record)
    before = sum(map(len, read_photos(copied, everything, SEEN).values()))
    first_image(copied).write_bytes(b"no image")
    if dropped is None:
        with pytest.raises(BadRecordsError, match="not an image"):
            read_photos(copied, everything, SEEN)
    else:
        assert sum(map(len, read_photos(copied, everything, SEEN).values())) == before - dropped


def test_folder_of_too_few_photos_is_told(copied: Path) -> None:
    csv = copied / CSV_FILE_NAME
    csv.write_text("".join(csv.read_text(encoding="utf-8").splitlines(keepends=True)[:21]), encoding="utf-8")
    with pytest.raises(UserError, match="no photos in the eval split; the rows are too few"):
        read_photos(copied, settings_of((1000, 1, 1)), SEEN)


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        read_photos(tmp_path / "none", DataSettings(), SEEN)


# Half a minute for what the small folders say above, where the real photos lie; continuous integration has none.
@pytest.mark.long
def test_real_photos_are_split_as_the_pipeline_splits_them(real_data: Path) -> None:
    photos = read_photos(real_data, DataSettings(), SEEN)
    # Of the pipeline's run on the same folder: 12,771 photos, of which 1,255 are test photos.
    assert {split: len(kept) for split, kept in photos.items()} == {TRAIN_SPLIT: 10318, EVAL_SPLIT: 1198}


def test_the_likeliest_letter_decides() -> None:
    photos = Photos(np.zeros((2, 32, 32, 3), np.uint8), one_hot(np.array([32, 4]), 33), np.zeros(2, np.int64))
    scores = np.full((2, 33), -1.0)
    scores[:, 4] = -0.5
    assert is_right(scores, photos).tolist() == [False, True]
