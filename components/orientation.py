"""Turns photos up: reads the orientation tag that cameras write into a JPEG or PNG, inside a TensorFlow graph."""

import tensorflow as tf

# Cameras write the tag before the picture, within what one segment of a JPEG holds.
_FRONT_BYTES = 1 << 16
# Exif 2.3: the tag, as it stands in the first directory of a TIFF header, and how many entries are looked at.
_ORIENTATION_TAG = 0x0112
_MOST_ENTRIES = 64
_ENTRY_BYTES = 12
_LITTLE_ENDIAN = ord("I")
# What comes before the TIFF header: Exif 2.3 for JPEG, the PNG specification (third edition) for PNG.
_JPEG_MARK = b"Exif\0\0"
_PNG_MARK = b"eXIf"
_UPRIGHT = 1
# By the tag's value, from 0, which no camera writes: whether rows become columns, and what is then mirrored.
_TRANSPOSED = (False, False, False, False, False, True, True, True, True)
_LEFT_RIGHT = (False, False, True, True, False, False, True, True, False)
_UP_DOWN = (False, False, False, True, True, False, False, True, True)


def read_orientation(encoded: tf.Tensor, is_png: tf.Tensor) -> tf.Tensor:
    """Returns the orientation tag of an encoded photo, string [], as int32 [] in 1..8; 1, upright, for none."""
    front = tf.strings.substr(encoded, 0, _FRONT_BYTES)
    # Any byte: the other patterns of RE2 take text.
    has_mark = tf.strings.regex_full_match(front, r"\C*(Exif\x00\x00|eXIf)\C*")

    def read() -> tf.Tensor:
        # Not int32 at once, which would read four bytes as one number.
        data = tf.cast(tf.io.decode_raw(front, tf.uint8), tf.int32)
        return tf.cond(is_png, lambda: _after_mark(data, _PNG_MARK), lambda: _after_mark(data, _JPEG_MARK))

    return tf.cond(has_mark, read, lambda: 1)


def turn_up(photo: tf.Tensor, orientation: tf.Tensor) -> tf.Tensor:
    """Returns a photo, [height, width, channels], as it is to be seen, by its orientation tag, int32 [] in 1..8."""

    def turned() -> tf.Tensor:
        upright = tf.cond(tf.gather(_TRANSPOSED, orientation), lambda: tf.transpose(photo, (1, 0, 2)), lambda: photo)
        upright = tf.cond(tf.gather(_LEFT_RIGHT, orientation), lambda: upright[:, ::-1], lambda: upright)
        return tf.cond(tf.gather(_UP_DOWN, orientation), lambda: upright[::-1], lambda: upright)

    # Nearly all are upright, and each `cond` takes time.
    return tf.cond(orientation == _UPRIGHT, lambda: photo, turned)


def _after_mark(data: tf.Tensor, mark: bytes) -> tf.Tensor:
    """Returns the orientation tag of the TIFF header behind the first `mark` in int32 [bytes]."""
    last = tf.maximum(tf.size(data) - len(mark) + 1, 0)
    is_here = tf.reduce_all([data[place : last + place] == byte for place, byte in enumerate(mark)], axis=0)
    places = tf.where(is_here)[:, 0]
    return tf.cond(tf.size(places) > 0, lambda: _read_tiff(data, tf.cast(places[0], tf.int32) + len(mark)), lambda: 1)


def _read_tiff(data: tf.Tensor, start: tf.Tensor) -> tf.Tensor:
    size = tf.size(data)

    def byte(place: tf.Tensor) -> tf.Tensor:
        # Whatever a stranger's file points to.
        return tf.where((place >= 0) & (place < size), tf.gather(data, tf.clip_by_value(place, 0, size - 1)), 0)

    is_little = byte(start) == _LITTLE_ENDIAN

    def short(place: tf.Tensor) -> tf.Tensor:
        first, second = byte(place), byte(place + 1)
        return tf.where(is_little, first + 256 * second, 256 * first + second)

    # The higher half of the offset is nought in what the front can hold.
    directory = start + short(start + tf.where(is_little, 4, 6))
    count = tf.minimum(short(directory), _MOST_ENTRIES)
    entries = directory + 2 + _ENTRY_BYTES * tf.range(count)
    values = tf.boolean_mask(short(entries + 8), short(entries) == _ORIENTATION_TAG)
    value = tf.concat([values, [1]], axis=0)[0]
    return tf.where((value >= 1) & (value < len(_TRANSPOSED)), value, 1)
