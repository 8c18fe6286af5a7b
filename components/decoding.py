"""Decodes encoded photos inside a TensorFlow graph: the one way for training, evaluation and serving."""

import tensorflow as tf

from core.features import IMAGE_SHAPE, IMAGE_SIDE, MAX_PIXELS

# Multiplied, not divided: in some graphs only, TensorFlow makes a product of a quotient, which differs in the last bit.
PIXEL_SCALE = 1.0 / 255.0

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_SIZE_END = 24  # where width and height end, two integers of four bytes each
_PNG_BIT_DEPTH = 24  # where that byte is: in the header, which always comes first
_WHITE = 255


def decode_photos(encoded: tf.Tensor) -> tf.Tensor:
    """Decodes photos, string [batch]; each a PNG or JPEG of any colour mode and at most `MAX_PIXELS` pixels.

    Returns:
        float32 [batch, 32, 32, 3] in [0, 1]; transparency is laid on white.

    Raises:
        tf.errors.InvalidArgumentError: If one cannot be decoded, or is larger.
    """
    return tf.map_fn(_decode_photo, encoded, fn_output_signature=tf.TensorSpec(IMAGE_SHAPE, tf.float32))


def _decode_photo(encoded: tf.Tensor) -> tf.Tensor:
    is_png = tf.equal(tf.strings.substr(encoded, 0, len(_PNG_SIGNATURE)), _PNG_SIGNATURE)
    pixels = tf.cond(is_png, lambda: _decode_png(encoded), lambda: _decode_jpeg(encoded))
    pixels = tf.cast(pixels, tf.float32)
    # Anti-aliased, for photos that are much larger; a photo of the right size stays as it is.
    resized = tf.image.resize(pixels, (IMAGE_SIDE, IMAGE_SIDE), antialias=True)
    return tf.ensure_shape(resized, IMAGE_SHAPE) * PIXEL_SCALE


def _decode_png(encoded: tf.Tensor) -> tf.Tensor:
    header = tf.strings.substr(encoded, 0, _PNG_SIZE_END)
    # Padded, so that a file that is cut shorter fails in the decoder.
    size = tf.io.decode_raw(header, tf.int32, little_endian=False, fixed_length=_PNG_SIZE_END)[-2:]
    rgba = tf.cast(tf.io.decode_png(_if_small(encoded, size), channels=4), tf.int32)
    alpha = _without_filler(rgba[..., 3:], encoded)
    # As components/example_gen/images.py computes it, to the bit.
    mixed = (rgba[..., :3] * alpha + _WHITE * (_WHITE - alpha) + _WHITE // 2) // _WHITE
    return tf.cast(mixed, tf.uint8)


def _without_filler(alpha: tf.Tensor, encoded: tf.Tensor) -> tf.Tensor:
    """Returns the alpha of a PNG; TensorFlow fills a missing one with 1, 3 or 15 in files of 1, 2 or 4 bits."""
    header = tf.strings.substr(encoded, 0, _PNG_BIT_DEPTH + 1)
    # Padded, so that a file that is cut shorter fails in the decoder.
    depth = tf.io.decode_raw(header, tf.uint8, fixed_length=_PNG_BIT_DEPTH + 1)[_PNG_BIT_DEPTH]
    filler = tf.bitwise.left_shift(1, tf.cast(tf.minimum(depth, 8), tf.int32)) - 1
    return tf.where(tf.reduce_all(alpha == filler), _WHITE, alpha)


def _decode_jpeg(encoded: tf.Tensor) -> tf.Tensor:
    # Fails where there is no JPEG; the decoder would read a GIF too.
    size = tf.io.extract_jpeg_shape(encoded)[:2]
    return tf.io.decode_jpeg(_if_small(encoded, size), channels=3)


def _if_small(encoded: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """Returns an encoded photo; fails where its header promises too many pixels, before one is decoded."""
    pixels = tf.reduce_prod(tf.cast(size, tf.int64))
    limit = tf.constant(MAX_PIXELS, tf.int64)
    with tf.control_dependencies([tf.debugging.assert_less_equal(pixels, limit, "a photo has too many pixels")]):
        return tf.identity(encoded)
