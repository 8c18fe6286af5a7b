"""Squares that are cut out of photos, in which parts of a pixel count and limits hold."""

import numpy as np
import pytest
import tensorflow as tf

from components.cutting import NO_LIMITS, VIEW_SIDE, cut, longest, square_around, view_of, whole_square


def test_square_around_a_box_has_it_in_the_middle() -> None:
    box = tf.constant([[0.25, 0.25, 0.75, 0.5]])
    seen = tf.constant([[100.0, 200.0, 64.0]])
    # Its middle is at 100 + 32 and 200 + 24 pixels, and its longer side, 32 pixels, takes half.
    np.testing.assert_allclose(square_around(box, seen, 0.5), [[100.0, 192.0, 64.0]])


def test_whole_photo_is_cut_out_as_it_is() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    np.testing.assert_array_equal(cut(tf.constant(photo), whole_square(photo), NO_LIMITS, 32), photo)


def test_beyond_the_photo_and_beyond_the_limits_is_the_edge() -> None:
    photo = np.repeat(np.arange(40, dtype=np.uint8)[np.newaxis, :, np.newaxis], 40, axis=0).repeat(3, axis=2)
    wide = cut(tf.constant(photo), tf.constant([-4.0, 0.0, 32.0]), NO_LIMITS, 32).numpy()[0, :, 0]
    assert wide.tolist() == [0] * 4 + list(range(28))
    within = cut(tf.constant(photo), tf.constant([4.0, 0.0, 32.0]), (10, 0, 30, 40), 32).numpy()[0, :, 0]
    assert within.tolist() == [10] * 6 + list(range(10, 30)) + [29] * 6


def test_part_of_a_pixel_counts() -> None:
    photo = tf.constant(np.tile(np.uint8([0, 100]), (32, 16))[..., np.newaxis].repeat(3, axis=2))
    assert cut(photo, tf.constant([0.5, 0.0, 32.0]), NO_LIMITS, 32).numpy()[5, 3, 0] == pytest.approx(50)


@pytest.mark.parametrize(("height", "width"), [(64, 32), (10, 200), (1, 1)])
def test_view_has_the_whole_photo_in_its_middle_and_grey_beside(height: int, width: int) -> None:
    view = view_of(tf.fill([height, width, 3], np.uint8(200))).numpy()
    assert view.shape == (VIEW_SIDE, VIEW_SIDE, 3)
    seen = (np.abs(view - 200) < 1).all(axis=2)
    rows, columns = seen.any(axis=1).sum(), seen.any(axis=0).sum()
    assert max(rows, columns) == VIEW_SIDE
    assert rows / columns == pytest.approx(height / width, rel=0.2)
    assert (view[~seen] == 127.5).all()


def test_longer_side_is_taken() -> None:
    assert longest(tf.constant([[0.0, 0.0, 2.0, 1.0], [0.0, 0.0, 2.0, 3.0]])).numpy().tolist() == [2.0, 3.0]
