"""The measures of a model's behaviour, on photos and models that are simple enough to know what they must find."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from tests.model_quality import behaviour

WHITE, BLUE = 250, (20, 40, 160)


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


def letter_with_dots() -> np.ndarray:
    """A block of ink with two dots above it, and specks of dirt."""
    photo = np.full((32, 32, 3), WHITE, np.uint8)
    photo[14:28, 10:22] = BLUE
    photo[7:10, 11:13] = photo[7:10, 18:20] = BLUE
    photo[2, 2] = photo[30, 30] = BLUE
    return photo


def dots() -> np.ndarray:
    mask = np.zeros((32, 32), bool)
    mask[7:10, 11:13] = mask[7:10, 18:20] = True
    return mask


def model_of_red(encoded: Sequence[bytes]) -> np.ndarray:
    """Is sure of letter 1 where the photo is more red than blue, and of letter 0 where it is not."""
    found = np.zeros((len(encoded), 33))
    for row, each in zip(found, encoded, strict=True):
        pixels = np.asarray(Image.open(io.BytesIO(each)).convert("RGB"), np.float64).mean(axis=(0, 1))
        row[int(pixels[0] > pixels[2])] = 1.0
    return found


def test_png_gives_the_model_the_very_pixels_and_jpeg_about_the_same() -> None:
    smooth = np.linspace(0, 255, 32).astype(np.uint8).reshape(1, 1, 32, 1) * np.ones((2, 32, 1, 3), np.uint8)
    for photo, png, jpeg in zip(smooth, behaviour.as_png(smooth), behaviour.as_jpeg(smooth, 80), strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png))), photo)
        image = Image.open(io.BytesIO(jpeg))
        assert image.format == "JPEG"
        assert 0 < np.abs(np.asarray(image, int) - photo).max() < 20


def test_answers_come_in_order_and_in_batches_of_a_bounded_size() -> None:
    sizes = []

    def ask(encoded: Sequence[bytes]) -> np.ndarray:
        sizes.append(len(encoded))
        return np.array([[float(each)] for each in encoded])

    assert behaviour.answers(ask, [str(i).encode() for i in range(600)])[:, 0].tolist() == list(range(600))
    assert sizes == [256, 256, 88]


def test_model_that_looks_at_colour_is_found_out_by_another_ink() -> None:
    photos = np.full((4, 32, 32, 3), WHITE, np.uint8)
    photos[:, 10:20, 10:20] = BLUE
    swapped, same = (behaviour.in_other_ink(photos, order) for order in ((2, 1, 0), (0, 1, 2)))
    before, red, blue = (behaviour.answers(model_of_red, behaviour.as_png(each)) for each in (photos, swapped, same))
    assert behaviour.changed(before, red) == 1.0
    assert behaviour.changed(before, blue) == 0.0
    np.testing.assert_array_equal(swapped[0, 15, 15], BLUE[::-1])


def test_paler_ink_is_nearer_to_the_paper_which_stays() -> None:
    photo = letter_with_dots()[np.newaxis]
    pale = behaviour.paled(photo, 0.5)[0]
    np.testing.assert_array_equal(pale[0, 0], [WHITE] * 3)
    np.testing.assert_allclose(pale[20, 15], [(WHITE + channel) / 2 for channel in BLUE], atol=0.5)
    np.testing.assert_array_equal(behaviour.paled(photo, 1.0), photo)


@pytest.mark.parametrize(("right", "down"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_photos_move_by_a_pixel_and_the_border_is_repeated(right: int, down: int) -> None:
    photos = noise(3)
    moved = behaviour.moved(photos, right, down)
    rows, columns = (np.clip(np.arange(32) - by, 0, 31) for by in (down, right))
    np.testing.assert_array_equal(moved, photos[:, rows][:, :, columns])
    np.testing.assert_array_equal(behaviour.moved(moved, -right, -down)[:, 1:-1, 1:-1], photos[:, 1:-1, 1:-1])


def test_dots_are_found_and_dirt_is_not() -> None:
    np.testing.assert_array_equal(behaviour.marks_above(letter_with_dots()), dots())


@pytest.mark.parametrize("value", [0, 255])
def test_photo_without_ink_has_no_marks(value: int) -> None:
    assert not behaviour.marks_above(np.full((32, 32, 3), value, np.uint8)).any()


def test_letter_without_dots_has_no_marks_and_what_hangs_below_is_none() -> None:
    photo = behaviour.covered(letter_with_dots(), dots())
    assert not behaviour.marks_above(photo).any()
    assert not behaviour.marks_above(letter_with_dots()[::-1]).any()


def test_covering_paints_the_marks_in_the_paper_s_colour_and_leaves_the_body() -> None:
    photo = letter_with_dots()
    plain = behaviour.covered(photo, dots())
    assert (plain[:13, 5:] == WHITE).all()
    np.testing.assert_array_equal(plain[12:], photo[12:])


def test_measures_of_answers() -> None:
    before = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.4, 0.5, 0.1], [0.0, 0.0, 1.0]])
    after = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.4, 0.5, 0.1], [0.1, 0.0, 0.9]])
    assert behaviour.accuracy(before, np.array([0, 1, 0, 2])) == 0.75
    assert behaviour.changed(before, after) == 0.25
    assert behaviour.mean_rise(before, after, 0) == pytest.approx(0.1)
    assert behaviour.mean_rise(before, after, 1) == pytest.approx(-0.075)


@pytest.mark.parametrize(
    ("row", "good"),
    [
        ([0.25, 0.75, 0.0], True),
        ([np.nan, 0.5, 0.5], False),
        ([np.inf, 0.0, 0.0], False),
        ([1.5, -0.5, 0.0], False),
        ([0.5, 0.4, 0.0], False),
    ],
)
def test_probabilities_are_finite_not_negative_and_sum_to_1(row: list[float], good: bool) -> None:
    assert behaviour.are_probabilities(np.array([[1.0, 0.0, 0.0], row])) is good
