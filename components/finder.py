"""Finds the letter in a photo, inside a TensorFlow graph, and cuts it out as the network reads it.

A small network looks at the whole photo and says where the letter's middle is (Zhou et al., "Objects as Points", 2019),
where its edges are, whether its ink is the lighter, or that there is none. `research/finder/` trains it; its weights
are part of the code.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from components.decoding import AT_ONCE, decode_photo
from core.features import IMAGE_SHAPE, IMAGE_SIDE

VIEW_SIDE = 64
CELLS = 16
WEIGHTS = Path(__file__).with_name("finder_weights.npz")
# Multiplied, not divided: in some graphs only, TensorFlow makes a product of a quotient, which differs in the last bit.
PIXEL_SCALE = 1.0 / 255.0
_BESIDE = 0.5  # grey, beside a photo that is no square

# What the letter's longer side takes of what is cut out; more would cut accents off, less would show the paper's edges:
# chosen on the eval split (docs/finder.md).
_LETTER_SHARE = 0.72
# A photo with hardly more pixels than are read is taken whole: a person has cut it out, and every cut blurs.
_SMALL_PHOTO = 36
# Of a pixel: what is cut out begins at one of them.
_PARTS = 4.0
# A letter that takes less than this of what was seen is looked at again, from nearer: so that it takes that share.
_NEAR_BELOW = 0.4
_NEAR_SHARE = 0.5
# A photo in which a letter is less probable than this shows none: chosen on the eval split (docs/finder.md).
LEAST_FOUND = 0.1


class Found(NamedTuple):
    """Where the letters of a batch are.

    Attributes:
        box: float32 [batch, 4]: left, top, right and bottom, in 0..1 of the view.
        probability: float32 [batch]: that there is a letter.
        is_light: float32 [batch]: the probability that its ink is lighter than the paper.
    """

    box: tf.Tensor
    probability: tf.Tensor
    is_light: tf.Tensor


# Traced once in a process, which takes seconds: TFX traces what calls it several times.
@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def find_letters(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes photos, string [batch], as `decode_photo` takes them, and cuts out their letters.

    Returns:
        The letters, dark on light, float32 [batch, 32, 32, 3] in [0, 1], and the probability that there is one,
        float32 [batch].

    Raises:
        tf.errors.InvalidArgumentError: If one cannot be decoded, or is larger.
    """
    photos, views, whole = _decode_and_view(encoded)
    found, squares = locate_in(photos, views, whole)
    letters = tf.map_fn(
        lambda each: _cut(_parsed(each[0]), each[1], IMAGE_SIDE),
        (photos, squares),
        fn_output_signature=_signature(IMAGE_SIDE),
    )
    is_light = (found.is_light > 0.5)[:, tf.newaxis, tf.newaxis, tf.newaxis]
    # Rounded, so that they can be kept as bytes.
    letters = tf.round(tf.where(is_light, 255.0 - letters, letters)) * PIXEL_SCALE
    return tf.ensure_shape(letters, (None, *IMAGE_SHAPE)), found.probability


def locate_in(photos: tf.Tensor, views: tf.Tensor, whole: tf.Tensor) -> tuple[Found, tf.Tensor]:
    """Returns what was found in photos, given as `_decode_and_view` returns them.

    Returns:
        What was found, and the square to cut out: left, top and side in pixels, float32 [batch, 3].
    """
    weights = read_weights()
    found = locate(views * PIXEL_SCALE, weights)
    small = (_longest(found.box) < _NEAR_BELOW) & (found.probability > 0.5)

    def look_nearer() -> tuple[Found, tf.Tensor]:
        index = tf.where(small)
        first = Found(*(tf.gather_nd(part, index) for part in found))
        near = square_around(first.box, tf.gather_nd(whole, index), _NEAR_SHARE)
        seen = tf.map_fn(
            lambda each: _cut(_parsed(each[0]), each[1], VIEW_SIDE),
            (tf.gather_nd(photos, index), near),
            fn_output_signature=_signature(VIEW_SIDE),
        )
        second = locate(seen * PIXEL_SCALE, weights)
        merged = Found(*(tf.tensor_scatter_nd_update(old, index, new) for old, new in zip(found, second, strict=True)))
        return merged, tf.tensor_scatter_nd_update(whole, index, near)

    found, seen = tf.cond(tf.reduce_any(small), look_nearer, lambda: (found, whole))
    squares = square_around(found.box, seen, _LETTER_SHARE)
    squares = tf.where(whole[:, 2:] <= _SMALL_PHOTO, whole, squares)
    # The last bits of a convolution depend on how many photos it is given; what training and serving cut out must not.
    return found, tf.round(squares * _PARTS) / _PARTS


def locate(views: tf.Tensor, weights: dict[str, np.ndarray]) -> Found:
    """Returns where the letters are in views, float32 [batch, 64, 64, 3] in [0, 1], by weights (`read_weights`)."""
    cells, none = _network(views - 0.5, weights)
    batch = tf.shape(views)[0]
    cells = tf.reshape(cells, [batch, CELLS * CELLS, cells.shape[-1]])
    likely = tf.nn.softmax(tf.concat([cells[..., 0], none], axis=1))
    nothing, here = likely[:, -1], likely[:, :-1]
    places = (np.arange(CELLS, dtype=np.float32) + 0.5) / CELLS
    grid_y, grid_x = (axis.reshape(-1) for axis in np.meshgrid(places, places, indexing="ij"))
    best = tf.argmax(here, axis=1)
    off_x, off_y = (tf.abs(grid - tf.gather(grid, best)[:, tf.newaxis]) for grid in (grid_x, grid_y))
    # The mean over the best cell and its neighbours, by how likely each is.
    near = tf.where((off_x < 1.5 / CELLS) & (off_y < 1.5 / CELLS), here, 0.0)
    near = near / tf.reduce_sum(near, axis=1, keepdims=True)
    edges = np.stack([grid_x, grid_y, grid_x, grid_y], axis=1) + cells[..., 1:5]
    box = tf.reduce_sum(near[..., tf.newaxis] * edges, axis=1)
    is_light = tf.sigmoid(tf.reduce_sum(near * cells[..., 5], axis=1))
    return Found(box, 1 - nothing, is_light)


def read_weights() -> dict[str, np.ndarray]:
    """Returns the network's weights, float32, by name."""
    with np.load(WEIGHTS) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def square_around(box: tf.Tensor, seen: tf.Tensor, share: float) -> tf.Tensor:
    """Returns squares around boxes in which their longer side takes a share.

    Args:
        box: float32 [batch, 4]: left, top, right and bottom, in 0..1 of what was seen.
        seen: float32 [batch, 3]: left, top and side of that, in pixels of the photo.
        share: In 0..1.

    Returns:
        float32 [batch, 3], like `seen`.
    """
    side = seen[:, 2] * tf.maximum(_longest(box), 1 / VIEW_SIDE) / share
    middle = seen[:, :2] + seen[:, 2:] * (box[:, :2] + box[:, 2:]) / 2
    return tf.concat([middle - side[:, tf.newaxis] / 2, side[:, tf.newaxis]], axis=1)


def _network(inputs: tf.Tensor, weights: dict[str, np.ndarray]) -> tuple[tf.Tensor, tf.Tensor]:
    def layer(inputs: tf.Tensor, name: str, stride: int = 1) -> tf.Tensor:
        outputs = tf.nn.conv2d(inputs, weights[f"{name}_kernel"], stride, "SAME")
        return tf.nn.relu(outputs + weights[f"{name}_bias"])

    def doubled(inputs: tf.Tensor) -> tf.Tensor:
        return tf.repeat(tf.repeat(inputs, 2, axis=1), 2, axis=2)

    fine = layer(layer(inputs, "stem", 2), "fine", 2)
    middle = layer(fine, "middle", 2)
    whole = layer(layer(middle, "coarse", 2), "whole")
    wide = layer(tf.concat([doubled(whole), middle], axis=3), "wide")
    shared = layer(tf.concat([doubled(wide), fine], axis=3), "shared")
    cells = tf.nn.conv2d(shared, weights["cells_kernel"], 1, "SAME") + weights["cells_bias"]
    summary = tf.concat([tf.reduce_mean(whole, axis=(1, 2)), tf.reduce_max(shared, axis=(1, 2))], axis=1)
    return cells, tf.matmul(summary, weights["none_kernel"]) + weights["none_bias"]


def _decode_and_view(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Decodes photos, string [batch].

    Returns:
        The photos, serialised, string [batch]; the views of them, float32 [batch, 64, 64, 3] in 0..255; and the
        square that each is seen in, float32 [batch, 3] (`_whole`).
    """

    def each(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        photo = decode_photo(encoded)
        return tf.io.serialize_tensor(photo), _view(photo), _whole(photo)

    signature = (tf.TensorSpec([], tf.string), _signature(VIEW_SIDE), tf.TensorSpec([3], tf.float32))
    return tf.map_fn(each, encoded, fn_output_signature=signature, parallel_iterations=AT_ONCE)


def _view(photo: tf.Tensor) -> tf.Tensor:
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


def _whole(photo: tf.Tensor) -> tf.Tensor:
    """Returns left, top and side, in its pixels, of the square that a photo is seen in, float32 [3]."""
    height_width = tf.cast(tf.shape(photo)[:2], tf.float32)
    side = tf.reduce_max(height_width)
    fitted = _fitting(photo)
    before = tf.cast((VIEW_SIDE - fitted) // 2, tf.float32) * (side / VIEW_SIDE)
    return tf.stack([-before[1], -before[0], side])


def _parsed(photo: tf.Tensor) -> tf.Tensor:
    return tf.ensure_shape(tf.io.parse_tensor(photo, tf.uint8), (None, None, 3))


def _cut(photo: tf.Tensor, square: tf.Tensor, side: int) -> tf.Tensor:
    """Returns a square of a photo at another size, float32 [side, side, 3] in 0..255; beyond the photo is its edge.

    Args:
        photo: uint8 [height, width, 3].
        square: float32 [3]: left, top and side in pixels; it need not lie on whole pixels.
        side: In pixels.
    """
    height, width = tf.shape(photo)[0], tf.shape(photo)[1]
    scale = side / square[2]
    # As far beyond the square as the filter reaches.
    reach = tf.cast(tf.math.ceil(tf.maximum(1 / scale, 1.0)), tf.int32) + 1
    first = tf.cast(tf.floor(square[:2]), tf.int32) - reach
    last = tf.cast(tf.math.ceil(square[:2] + square[2]), tf.int32) + reach
    columns = tf.clip_by_value(tf.range(first[0], last[0]), 0, width - 1)
    rows = tf.clip_by_value(tf.range(first[1], last[1]), 0, height - 1)
    part = tf.gather(tf.gather(photo, rows, axis=0), columns, axis=1)
    # There is no public function for a filtered cut between pixels but this one, which tf.image.resize is made of.
    cut = tf.raw_ops.ScaleAndTranslate(
        images=part[tf.newaxis],
        size=(side, side),
        scale=tf.stack([scale, scale]),
        translation=((tf.cast(first, tf.float32) - square[:2]) * scale)[::-1],
        kernel_type="triangle",
        antialias=True,
    )
    return tf.ensure_shape(cut[0], (side, side, 3))


def _longest(box: tf.Tensor) -> tf.Tensor:
    return tf.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])


def _signature(side: int) -> tf.TensorSpec:
    return tf.TensorSpec((side, side, 3), tf.float32)
