"""The finder: the letter is cut out wherever it is, dark on light, and where there is none this is said."""

import numpy as np
import pytest
import tensorflow as tf

from components.example_gen.images import encode_png
from components.finder import LEAST_FOUND, find_letters
from sample.parameters import PEN
from sample.photos import draw_letter

SIDE = 32
LETTERS = "абгдежзиклмнопрстуфхцчшэюя"
PLAIN = 2


def _photos() -> list[np.ndarray]:
    """Letters of the pen on plain paper, 32 pixels a side."""
    rng = np.random.default_rng(3)
    return [draw_letter(letter, PEN, PLAIN, rng)[..., :3] for letter in LETTERS]


def _paper(photo: np.ndarray) -> np.ndarray:
    return np.median(photo, axis=(0, 1))


def _find(photos: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    letters, found = find_letters(tf.constant([encode_png(photo) for photo in photos]))
    return letters.numpy(), found.numpy()


def _on_wide_paper(photo: np.ndarray, times: int = 2, is_left: bool = True) -> np.ndarray:
    """The photo enlarged by four, in a corner of a sheet that is some times as wide."""
    side = 4 * SIDE * times
    rng = np.random.default_rng(0)
    sheet = np.clip(_paper(photo) + rng.normal(0, 2, (side, side, 3)), 0, 255).astype(np.uint8)
    columns = slice(8, 4 * SIDE + 8) if is_left else slice(-4 * SIDE - 8, -8)
    sheet[-4 * SIDE - 8 : -8, columns] = photo.repeat(4, axis=0).repeat(4, axis=1)
    return sheet


def _alike(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The correlation of each two pictures, by their darkness."""
    a, b = (each.mean(axis=3).reshape(len(each), -1) for each in (first, second))
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    return (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))


def test_letter_is_found_wherever_it_is_and_however_large() -> None:
    for photos in ([_on_wide_paper(photo) for photo in _photos()], _far_photos()):
        _, found = _find(photos)
        assert (found > LEAST_FOUND).mean() >= 0.95


def _far_photos() -> list[np.ndarray]:
    return [_on_wide_paper(photo, times=4, is_left=False) for photo in _photos()]


def test_letter_is_cut_out_alike_wherever_it_is_and_however_large() -> None:
    near, _ = _find([_on_wide_paper(photo, times=2) for photo in _photos()])
    far, _ = _find(_far_photos())
    assert np.median(_alike(near, far)) > 0.85
    assert (_alike(near, far) > 0.5).mean() > 0.9


def test_light_ink_comes_out_dark() -> None:
    photos = [_on_wide_paper(photo) for photo in _photos()]
    dark, _ = _find(photos)
    turned, _ = _find([255 - photo for photo in photos])
    assert np.median(_alike(dark, turned)) > 0.85


def test_small_photo_is_taken_whole() -> None:
    photos = _photos()
    letters, _ = _find(photos)
    np.testing.assert_array_equal(np.rint(letters * 255), photos)
    turned, _ = _find([255 - photo for photo in photos])
    assert (np.rint(turned * 255) == photos).all(axis=(1, 2, 3)).mean() >= 0.9


def test_letter_takes_most_of_what_is_cut_out_but_not_its_edge() -> None:
    letters, _ = _find([_on_wide_paper(photo) for photo in _photos()])
    darkness = np.median(letters, axis=(1, 2), keepdims=True) - letters
    ink = darkness.max(axis=3) > 0.35 * darkness.max(axis=(1, 2, 3))[:, None, None]
    tall, wide = (ink.any(axis=axis).sum(axis=1) for axis in (2, 1))
    longest = np.maximum(tall, wide)
    assert 18 <= np.median(longest) <= 28


@pytest.mark.parametrize("level", [0, 90, 128, 255])
@pytest.mark.parametrize("side", [32, 300])
def test_nothing_is_found_on_an_empty_picture(level: int, side: int) -> None:
    _, found = _find([np.full((side, side, 3), level, np.uint8)])
    assert found[0] < LEAST_FOUND


def test_nothing_is_found_in_noise_and_on_ruled_paper() -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    ruled = np.full((128, 128, 3), 225, np.uint8)
    ruled[::16] = (150, 160, 200)
    squared = ruled.copy()
    squared[:, ::16] = (150, 160, 200)
    edge = np.full((128, 128, 3), 235, np.uint8)
    edge[:, :50] = (90, 60, 40)
    _, found = _find([noise, ruled, squared, edge])
    assert (found < LEAST_FOUND).all()


def test_what_one_photo_gives_does_not_depend_on_the_others() -> None:
    photos = [_on_wide_paper(photo) for photo in _photos()[:6]] + [np.full((40, 90, 3), 200, np.uint8)]
    together, found = _find(photos)
    for index, photo in enumerate(photos):
        alone, found_alone = _find([photo])
        np.testing.assert_array_equal(alone[0], together[index])
        np.testing.assert_allclose(found_alone[0], found[index], atol=1e-4)


def test_eager_and_graph_agree() -> None:
    encoded = tf.constant([encode_png(photo) for photo in _photos()[:4]])
    for eager, graph in zip(find_letters.python_function(encoded), find_letters(encoded), strict=True):
        np.testing.assert_allclose(eager, graph, atol=1e-5)


def test_no_photos_give_none() -> None:
    letters, found = find_letters(tf.constant([], tf.string))
    assert letters.shape == (0, SIDE, SIDE, 3)
    assert found.shape == (0,)


@pytest.mark.parametrize("ground", [0, 255])
def test_what_is_beside_the_paper_is_not_cut_out(ground: int) -> None:
    photos = _photos()
    laid = [
        np.pad(photo.repeat(4, axis=0).repeat(4, axis=1), ((60, 60), (60, 60), (0, 0)), constant_values=ground)
        for photo in photos
    ]
    letters, _ = _find(laid)
    beside = np.abs(letters * 255 - ground).max(axis=3) < 8
    # Of the cut's outermost pixels; the paper's edge is misjudged now and then.
    edge = np.concatenate([beside[:, 0], beside[:, -1], beside[:, :, 0], beside[:, :, -1]], axis=1)
    assert np.median(edge.mean(axis=1)) < 0.02
    assert (edge.mean(axis=1) < 0.15).mean() > 0.8
