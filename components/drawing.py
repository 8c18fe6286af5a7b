"""Finds the letter of a drawing, inside a TensorFlow graph: strokes on one even ground need no network."""

from typing import NamedTuple

import tensorflow as tf

# Of 255 levels: by less a ground may differ from itself, as a JPEG's does; by more, strokes differ from it.
_EVEN = 10
_INK = 64
# Of the border: so much is even.
_EVEN_SHARE = 0.97
# Of the picture, and of the rectangle around the strokes: no letter covers more.
_MOST_INK = 0.4
_MOST_OF_BOX = 0.7
# Of what is ink: so much may lie between ground and ink, as the edges of strokes do.
_EDGES = 0.8
# Of its pixels: a smaller letter could be a speck.
_LEAST_SIDE = 8


class Drawing(NamedTuple):
    """The letter of a picture, if that is a drawing.

    Attributes:
        box: float32 [4]: left, top, right and bottom, in pixels.
        is_drawing: bool []: whether there are strokes on an even ground, away from the border.
        is_light: bool []: whether they are lighter than the ground.
    """

    box: tf.Tensor
    is_drawing: tf.Tensor
    is_light: tf.Tensor


def find_drawing(photo: tf.Tensor) -> Drawing:
    """Returns the letter of a photo, uint8 [height, width, 3], where that is a drawing."""
    pixels = tf.cast(photo, tf.int32)
    border = tf.concat([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]], axis=0)
    ground = tf.sort(border, axis=0)[tf.shape(border)[0] // 2]
    off_border = tf.reduce_max(tf.abs(border - ground), axis=1)
    is_even = _share(off_border < _EVEN) >= _EVEN_SHARE
    off = tf.reduce_max(tf.abs(pixels - ground), axis=2)
    ink = off >= _INK
    left_right, top_bottom = (_first_and_end(tf.reduce_any(ink, axis=axis)) for axis in (0, 1))
    box = tf.stack([left_right[0], top_bottom[0], left_right[1], top_bottom[1]])
    size = box[2:] - box[:2]
    covered, edges = _share(ink), _share((off >= _EVEN) & ~ink)
    of_box = covered * tf.cast(tf.size(ink), tf.float32) / tf.cast(tf.maximum(size[0] * size[1], 1), tf.float32)
    is_drawing = (
        is_even
        & (tf.reduce_max(off_border) < _INK)
        & (tf.reduce_max(size) >= _LEAST_SIDE)
        & (covered <= _MOST_INK)
        & (of_box <= _MOST_OF_BOX)
        & (edges <= _EDGES * covered)
    )
    brightness = tf.reduce_sum(pixels - ground, axis=2)
    is_light = tf.reduce_sum(tf.where(ink, brightness, 0)) > 0
    return Drawing(tf.cast(box, tf.float32), is_drawing, is_light)


def _share(mask: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.cast(mask, tf.float32))


def _first_and_end(mask: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the first place in bool [n] that is true, and the one behind the last; both are 0 where there is none."""
    is_any = tf.cast(tf.reduce_any(mask), tf.int32)
    numbers = tf.cast(mask, tf.int32)
    return tf.argmax(numbers, output_type=tf.int32), is_any * (
        tf.size(mask) - tf.argmax(numbers[::-1], output_type=tf.int32)
    )
