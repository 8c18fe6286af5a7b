"""Decodes encoded photos inside a TensorFlow graph: the one way for ExampleGen, training, evaluation and serving."""

import tensorflow as tf

from components.orientation import read_orientation, turn_up
from core.features import MAX_PHOTO_SIDE, MAX_PIXELS

# Photos that are decoded side by side: of the largest, each may take a quarter of a gigabyte.
AT_ONCE = 4

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_SIZE_END = 24  # where width and height end, two integers of four bytes each
_PNG_BIT_DEPTH = 24  # where that byte is: in the header, which always comes first
_OPAQUE = 255
_GREY = 128.0

# The JPEG decoder's own reductions, which cost less than what they save, and how much larger than what is kept a
# photo must be after one.
_JPEG_RATIOS = (1, 2, 4, 8)
_JPEG_ROOM = 1.5

# Strokes fill less than this share of the rectangle around them; a photo with a transparent margin fills more.
_MOST_STROKES = 0.6
# What is less varied, as a standard deviation of 255 levels, is one ink and no photo.
_ONE_INK = 4.0


def decode_photo(encoded: tf.Tensor) -> tf.Tensor:
    """Decodes a photo, string []; a PNG or JPEG of any colour mode and at most `MAX_PIXELS` pixels.

    Decoding what it returns, encoded as a PNG, gives the same pixels: what ExampleGen keeps is what is served.

    Returns:
        uint8 [height, width, 3]: turned up by its orientation tag, at most `MAX_PHOTO_SIDE` a side, transparency laid
        on a ground that shows what is drawn.

    Raises:
        tf.errors.InvalidArgumentError: If it cannot be decoded, or is larger.
    """
    is_png = tf.equal(tf.strings.substr(encoded, 0, len(_PNG_SIGNATURE)), _PNG_SIGNATURE)
    pixels = tf.cond(is_png, lambda: _decode_png(encoded), lambda: _decode_jpeg(encoded))
    return turn_up(pixels, read_orientation(encoded, is_png))


def _decode_png(encoded: tf.Tensor) -> tf.Tensor:
    header = tf.strings.substr(encoded, 0, _PNG_SIZE_END)
    # Padded, so that a file that is cut shorter fails in the decoder.
    size = tf.io.decode_raw(header, tf.int32, little_endian=False, fixed_length=_PNG_SIZE_END)[-2:]
    rgba = tf.io.decode_png(_if_small(encoded, size), channels=4)
    alpha = rgba[..., 3]
    is_opaque = tf.reduce_all(alpha == _OPAQUE) | tf.reduce_all(alpha == _filler(encoded))
    return tf.cond(is_opaque, lambda: _reduced(rgba[..., :3]), lambda: _on_ground(_reduced(rgba)))


def _filler(encoded: tf.Tensor) -> tf.Tensor:
    """Returns the alpha that TensorFlow gives a PNG without one: 1, 3 or 15 in files of 1, 2 or 4 bits."""
    header = tf.strings.substr(encoded, 0, _PNG_BIT_DEPTH + 1)
    # Padded, so that a file that is cut shorter fails in the decoder.
    depth = tf.io.decode_raw(header, tf.uint8, fixed_length=_PNG_BIT_DEPTH + 1)[_PNG_BIT_DEPTH]
    return tf.cast(tf.bitwise.left_shift(1, tf.cast(tf.minimum(depth, 8), tf.int32)) - 1, tf.uint8)


def _on_ground(rgba: tf.Tensor) -> tf.Tensor:
    """Returns uint8 [height, width, 3]: uint8 [height, width, 4] without its transparency.

    A drawing lies on white or black, whichever differs more from its ink; a photo with a transparent margin on its own
    mean colour, so that no edge shows.
    """
    colours, alpha = tf.cast(rgba[..., :3], tf.float32), tf.cast(rgba[..., 3:], tf.float32) / _OPAQUE
    total = tf.maximum(tf.reduce_sum(alpha), 1.0)
    colour = tf.reduce_sum(colours * alpha, axis=(0, 1)) / total
    grey = tf.reduce_mean(colours, axis=2, keepdims=True)
    spread = tf.sqrt(tf.reduce_sum(alpha * tf.square(grey - tf.reduce_mean(colour))) / total)
    drawn = alpha[..., 0] > 0.5
    height, width = (tf.reduce_sum(tf.cast(tf.reduce_any(drawn, axis=axis), tf.float32)) for axis in (1, 0))
    is_drawing = (total < _MOST_STROKES * height * width) | (spread < _ONE_INK)
    contrasting = tf.where(tf.reduce_mean(colour) < _GREY, 255.0, 0.0)
    ground = tf.where(is_drawing, contrasting, colour)
    return tf.cast(tf.round(colours * alpha + ground * (1 - alpha)), tf.uint8)


def _decode_jpeg(encoded: tf.Tensor) -> tf.Tensor:
    # Fails where there is no JPEG; the decoder would read a GIF too.
    size = tf.io.extract_jpeg_shape(encoded)[:2]
    encoded = _if_small(encoded, size)
    enough = tf.cast(tf.reduce_max(size), tf.float32) / (_JPEG_ROOM * MAX_PHOTO_SIDE)
    choice = tf.reduce_sum(tf.cast(enough >= _JPEG_RATIOS[1:], tf.int32))
    branches = [lambda ratio=ratio: tf.io.decode_jpeg(encoded, channels=3, ratio=ratio) for ratio in _JPEG_RATIOS]
    return _reduced(tf.switch_case(choice, branches))


def _reduced(pixels: tf.Tensor) -> tf.Tensor:
    """Returns a photo, uint8 [height, width, channels], made smaller where a side is longer than `MAX_PHOTO_SIDE`."""
    size = tf.shape(pixels)[:2]
    longest = tf.reduce_max(size)

    def smaller() -> tf.Tensor:
        sides = tf.cast(size, tf.float32) * (MAX_PHOTO_SIDE / tf.cast(longest, tf.float32))
        sides = tf.maximum(tf.cast(tf.round(sides), tf.int32), 1)
        resized = tf.image.resize(pixels, sides, antialias=True)
        return tf.cast(tf.round(tf.clip_by_value(resized, 0, 255)), tf.uint8)

    return tf.cond(longest > MAX_PHOTO_SIDE, smaller, lambda: pixels)


def _if_small(encoded: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """Returns an encoded photo; fails where its header promises too many pixels, before one is decoded."""
    pixels = tf.reduce_prod(tf.cast(size, tf.int64))
    limit = tf.constant(MAX_PIXELS, tf.int64)
    with tf.control_dependencies([tf.debugging.assert_less_equal(pixels, limit, "a photo has too many pixels")]):
        return tf.identity(encoded)
