"""The changes of photos: each gives an image that decodes, keeps the letter, and is the same each time."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from components.decoding import decode_photo
from components.inspector.changes import CHANGES
from sample.parameters import PEN
from sample.photos import draw_letter

PHOTO = draw_letter("ж", PEN, 2, np.random.default_rng(3))[..., :3]


def _decoded(name: str) -> np.ndarray:
    return decode_photo(tf.constant(CHANGES[name](PHOTO))).numpy()


@pytest.mark.parametrize("name", CHANGES)
def test_changed_photo_has_something_to_see_and_is_the_same_each_time(name: str) -> None:
    assert CHANGES[name](PHOTO) == CHANGES[name](PHOTO)
    assert _decoded(name).std() > 2


def test_nothing_is_changed_as_it_is() -> None:
    np.testing.assert_array_equal(_decoded("as it is"), PHOTO)


@pytest.mark.parametrize("tag", [3, 6, 8])
def test_tagged_photo_is_upright_again_once_the_tag_is_obeyed(tag: int) -> None:
    untagged = np.asarray(Image.fromarray(PHOTO).resize((96, 96), Image.Resampling.BICUBIC)).astype(float)
    stored = np.asarray(Image.open(io.BytesIO(CHANGES[f"a JPEG with orientation {tag}"](PHOTO)))).astype(float)
    upright = _decoded(f"a JPEG with orientation {tag}").astype(float)
    assert np.abs(upright - untagged).mean() < 3
    assert np.abs(stored - untagged).mean() > 5


@pytest.mark.parametrize(
    ("name", "share"), [("60 % of the frame, on its own paper", 0.6), ("its paper on a table", 0.6)]
)
def test_photo_takes_its_share_of_the_frame(name: str, share: float) -> None:
    image = Image.open(io.BytesIO(CHANGES[name](PHOTO)))
    assert image.width == pytest.approx(96 / share, abs=1)


def test_drawing_has_white_ink_only_where_there_was_ink() -> None:
    rgba = np.asarray(Image.open(io.BytesIO(CHANGES["white ink on nothing"](PHOTO))))
    assert (rgba[..., :3] == 255).all()
    assert 0.01 < (rgba[..., 3] > 128).mean() < 0.4


def test_phone_photo_has_twelve_megapixels() -> None:
    assert Image.open(io.BytesIO(CHANGES["12 megapixels, 30 % of the height"](PHOTO))).size == (4000, 3000)
