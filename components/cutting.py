"""Looks at photos, and cuts squares out of them, inside a TensorFlow graph."""

import tensorflow as tf

from core.features import MAX_PHOTO_SIDE

VIEW_SIDE = 64
_BESIDE = 0.5  # grey, beside a photo that is no square
# For `cut`: no photo reaches them.
NO_LIMITS = (-MAX_PHOTO_SIDE, -MAX_PHOTO_SIDE, MAX_PHOTO_SIDE, MAX_PHOTO_SIDE)


def view_of(photo: tf.Tensor) -> tf.Tensor:
    """Returns the whole of a photo, uint8 [height, width, 3], as it fits into a square.

    Returns:
        float32 [64, 64, 3] in 0..255; grey is beside it.
    """
    view = tf.image.resize(photo, _fitting(photo), antialias=True)
    beside = tf.constant(_BESIDE * 255)
    size = tf.shape(view)[:2]
    before = (VIEW_SIDE - size) // 2
    after = VIEW_SIDE - size - before
    padding = tf.concat([tf.stack([before, after], axis=1), [[0, 0]]], axis=0)
    return tf.ensure_shape(tf.pad(view, padding, constant_values=beside), (VIEW_SIDE, VIEW_SIDE, 3))


def _fitting(photo: tf.Tensor) -> tf.Tensor:
    """Returns height and width with which a photo fits into a view, int32 [2]."""
    size = tf.cast(tf.shape(photo)[:2], tf.float32)
    return tf.maximum(tf.cast(tf.round(size * (VIEW_SIDE / tf.reduce_max(size))), tf.int32), 1)


def whole_square(photo: tf.Tensor) -> tf.Tensor:
    """Returns left, top and side, in its pixels, of the square that a photo is seen in, float32 [3]."""
    height_width = tf.cast(tf.shape(photo)[:2], tf.float32)
    side = tf.reduce_max(height_width)
    fitted = _fitting(photo)
    before = tf.cast((VIEW_SIDE - fitted) // 2, tf.float32) * (side / VIEW_SIDE)
    return tf.stack([-before[1], -before[0], side])


def square_around(box: tf.Tensor, seen: tf.Tensor, share: float) -> tf.Tensor:
    """Returns squares around boxes in which their longer side takes a share.

    Args:
        box: float32 [batch, 4]: left, top, right and bottom, in 0..1 of what was seen.
        seen: float32 [batch, 3]: left, top and side of that, in pixels of the photo.
        share: In 0..1.

    Returns:
        float32 [batch, 3], like `seen`.
    """
    side = seen[:, 2] * tf.maximum(longest(box), 1 / VIEW_SIDE) / share
    middle = seen[:, :2] + seen[:, 2:] * (box[:, :2] + box[:, 2:]) / 2
    return tf.concat([middle - side[:, tf.newaxis] / 2, side[:, tf.newaxis]], axis=1)


def cut_each(photos: tf.Tensor, squares: tf.Tensor, limits: tf.Tensor, side: int) -> tf.Tensor:
    """Returns `cut` of each of serialised photos, string [batch], float32 [batch, side, side, 3] in 0..255."""

    def each(given: tuple[tf.Tensor, tf.Tensor, tf.Tensor]) -> tf.Tensor:
        photo = tf.ensure_shape(tf.io.parse_tensor(given[0], tf.uint8), (None, None, 3))
        return cut(photo, given[1], given[2], side)

    return tf.map_fn(each, (photos, squares, limits), fn_output_signature=picture_signature(side))


def cut(photo: tf.Tensor, square: tf.Tensor, limits: tf.Tensor, side: int) -> tf.Tensor:
    """Returns a square of a photo at another size, float32 [side, side, 3] in 0..255; beyond the photo is its edge.

    Args:
        photo: uint8 [height, width, 3].
        square: float32 [3]: left, top and side in pixels; it need not lie on whole pixels.
        limits: int32 [4]: the first column and row that are taken, and those after the last.
        side: In pixels.
    """
    height_width = tf.shape(photo)[:2]
    scale = side / square[2]
    # As far beyond the square as the filter reaches.
    reach = tf.cast(tf.math.ceil(tf.maximum(1 / scale, 1.0)), tf.int32) + 1
    first = tf.cast(tf.floor(square[:2]), tf.int32) - reach
    last = tf.cast(tf.math.ceil(square[:2] + square[2]), tf.int32) + reach
    least = tf.clip_by_value(limits[:2], 0, height_width[::-1] - 1)
    most = tf.clip_by_value(limits[2:], least + 1, height_width[::-1]) - 1
    columns = tf.clip_by_value(tf.range(first[0], last[0]), least[0], most[0])
    rows = tf.clip_by_value(tf.range(first[1], last[1]), least[1], most[1])
    part = tf.gather(tf.gather(photo, rows, axis=0), columns, axis=1)
    # There is no public function for a filtered cut between pixels but this one, which tf.image.resize is made of.
    scaled = tf.raw_ops.ScaleAndTranslate(
        images=part[tf.newaxis],
        size=(side, side),
        scale=tf.stack([scale, scale]),
        translation=((tf.cast(first, tf.float32) - square[:2]) * scale)[::-1],
        kernel_type="triangle",
        antialias=True,
    )
    return tf.ensure_shape(scaled[0], (side, side, 3))


def longest(box: tf.Tensor) -> tf.Tensor:
    """Returns the longer sides of boxes, float32 [batch, 4], float32 [batch]."""
    return tf.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])


def picture_signature(side: int) -> tf.TensorSpec:
    """Returns what a picture of a side is, to TensorFlow."""
    return tf.TensorSpec((side, side, 3), tf.float32)
