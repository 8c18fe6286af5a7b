"""Finds the letter in a photo, inside a TensorFlow graph, and cuts it out as the network reads it.

A small network looks at the whole photo and says where the letter's middle is (Zhou et al., "Objects as Points", 2019),
where its edges and those of its paper are, whether its ink is the lighter, or that there is none. `research/finder/`
trains it; its weights are part of the code.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from components.cutting import (
    NO_LIMITS,
    VIEW_SIDE,
    cut,
    cut_each,
    longest,
    picture_signature,
    square_around,
    view_of,
    whole_square,
)
from components.decoding import AT_ONCE, decode_photo
from components.drawing import Drawing, find_drawing
from core.features import IMAGE_SHAPE, IMAGE_SIDE

CELLS = 16
WEIGHTS = Path(__file__).with_name("finder_weights.npz")
# Multiplied, not divided: in some graphs only, TensorFlow makes a product of a quotient, which differs in the last bit.
PIXEL_SCALE = 1.0 / 255.0

# What the letter's longer side takes of what is cut out; more would cut accents off: chosen on the eval split
# (docs/finder.md).
_LETTER_SHARE = 0.64
# A photo with hardly more pixels than are read is taken whole: a person has cut it out, and every cut blurs.
_SMALL_PHOTO = 36
# Of a pixel: what is cut out begins at one of them.
_PARTS = 4.0
# What is beside the paper is not cut out: its edge is repeated there, from so far within, but from so far beside the
# letter at least. In sizes of the letter, chosen on the eval split (docs/finder.md).
_PAPER_INSET = 0.14
_LETTER_MARGIN = 0.05
# A letter that takes less than this of what was seen is looked at again, from nearer: so that it takes that share.
_NEAR_BELOW = 0.4
_NEAR_SHARE = 0.5
# A photo in which a letter is less probable than this shows none: chosen on the eval split (docs/finder.md).
LEAST_FOUND = 0.2


class Found(NamedTuple):
    """Where the letters of a batch are.

    Attributes:
        box: float32 [batch, 4]: left, top, right and bottom, in 0..1 of the view.
        paper: The same of the paper around it, as far as it matters.
        probability: float32 [batch]: that there is a letter.
        is_light: float32 [batch]: the probability that its ink is lighter than the paper.
    """

    box: tf.Tensor
    paper: tf.Tensor
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
    photos, views, whole, letters, drawings = _decode_and_view(encoded)
    weights = read_weights()
    found = locate(views * PIXEL_SCALE, weights)
    large = tf.where(whole[:, 2] > _SMALL_PHOTO)

    def cut_out() -> tuple[Found, tf.Tensor]:
        seen = Found(*(tf.gather_nd(part, large) for part in found))
        drawn = Drawing(*(tf.gather_nd(part, large) for part in drawings))
        nearer, from_large = _cut_out(tf.gather_nd(photos, large), seen, drawn, tf.gather_nd(whole, large), weights)
        return _replaced(found, large, nearer), tf.tensor_scatter_nd_update(letters, large, from_large)

    found, letters = tf.cond(tf.size(large) > 0, cut_out, lambda: (found, letters))
    is_light = (found.is_light > 0.5)[:, tf.newaxis, tf.newaxis, tf.newaxis]
    # Rounded, so that they can be kept as bytes.
    letters = tf.round(tf.where(is_light, 255.0 - letters, letters)) * PIXEL_SCALE
    return tf.ensure_shape(letters, (None, *IMAGE_SHAPE)), found.probability


def _cut_out(
    photos: tf.Tensor, found: Found, drawn: Drawing, whole: tf.Tensor, weights: dict[str, np.ndarray]
) -> tuple[Found, tf.Tensor]:
    """Returns what was found, where a letter is small from nearer, and the letters that were cut out.

    Args:
        photos: Serialised, string [batch].
        found: In views of them.
        drawn: In those that are drawings, in their pixels.
        whole: The squares of those, float32 [batch, 3].
        weights: As of `read_weights`.
    """
    small = tf.where((longest(found.box) < _NEAR_BELOW) & (found.probability > 0.5))

    def look_nearer() -> tuple[Found, tf.Tensor]:
        box, seen = tf.gather_nd(found.box, small), tf.gather_nd(whole, small)
        near = square_around(box, seen, _NEAR_SHARE)
        limits = tf.tile(tf.constant([NO_LIMITS]), [tf.shape(near)[0], 1])
        views = cut_each(tf.gather_nd(photos, small), near, limits, VIEW_SIDE)
        second = locate(views * PIXEL_SCALE, weights)
        return _replaced(found, small, second), tf.tensor_scatter_nd_update(whole, small, near)

    found, seen = tf.cond(tf.size(small) > 0, look_nearer, lambda: (found, whole))
    found, seen = _drawn_or_found(drawn, found, whole, seen)
    # The last bits of a convolution depend on how many photos it is given; what training and serving cut out must not.
    squares = tf.round(square_around(found.box, seen, _LETTER_SHARE) * _PARTS) / _PARTS
    return found, cut_each(photos, squares, _paper_within(found, seen), IMAGE_SIDE)


def _drawn_or_found(drawn: Drawing, found: Found, whole: tf.Tensor, seen: tf.Tensor) -> tuple[Found, tf.Tensor]:
    """Returns what was found, in which squares: the whole of drawings, whose letters need not be looked for."""
    is_drawing = drawn.is_drawing[:, tf.newaxis]
    corner, side = tf.concat([whole[:, :2]] * 2, axis=1), whole[:, 2:]
    as_found = Found(
        box=tf.where(is_drawing, (drawn.box - corner) / side, found.box),
        paper=tf.where(is_drawing, tf.constant([0.0, 0.0, 1.0, 1.0]), found.paper),
        probability=tf.where(drawn.is_drawing, 1.0, found.probability),
        is_light=tf.where(drawn.is_drawing, tf.cast(drawn.is_light, tf.float32), found.is_light),
    )
    return as_found, tf.where(is_drawing, whole, seen)


def _replaced(found: Found, index: tf.Tensor, new: Found) -> Found:
    return Found(*(tf.tensor_scatter_nd_update(old, index, part) for old, part in zip(found, new, strict=True)))


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
    grid = np.stack([grid_x, grid_y, grid_x, grid_y], axis=1)
    box, paper = (
        tf.reduce_sum(near[..., tf.newaxis] * (grid + cells[..., first : first + 4]), axis=1) for first in (1, 6)
    )
    is_light = tf.sigmoid(tf.reduce_sum(near * cells[..., 5], axis=1))
    return Found(box, paper, 1 - nothing, is_light)


def read_weights() -> dict[str, np.ndarray]:
    """Returns the network's weights, float32, by name."""
    with np.load(WEIGHTS) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def _paper_within(found: Found, seen: tf.Tensor) -> tf.Tensor:
    """Returns the paper's first column and row and those after its last, int32 [batch, 4], never within the letter."""
    inset = _PAPER_INSET * longest(found.box)[:, tf.newaxis]
    margin = _LETTER_MARGIN * longest(found.box)[:, tf.newaxis]
    first = tf.minimum(found.paper[:, :2] + inset, found.box[:, :2] - margin)
    last = tf.maximum(found.paper[:, 2:] - inset, found.box[:, 2:] + margin)
    first, last = (seen[:, :2] + seen[:, 2:] * edges for edges in (first, last))
    return tf.cast(tf.concat([tf.floor(first), tf.math.ceil(last)], axis=1), tf.int32)


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


def _decode_and_view(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, Drawing]:
    """Decodes photos, string [batch].

    Returns:
        The photos, serialised, string [batch]; the views of them, float32 [batch, 64, 64, 3] in 0..255; the square
        that each is seen in, float32 [batch, 3] (`whole_square`); that square as small as letters are,
        float32 [batch, 32, 32, 3]; and drawings.
    """

    def each(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, Drawing]:
        photo = decode_photo(encoded)
        whole = whole_square(photo)
        letter = cut(photo, whole, NO_LIMITS, IMAGE_SIDE)
        # Of a small one it is not asked for, and takes time.
        is_large = tf.reduce_max(tf.shape(photo)) > _SMALL_PHOTO
        drawing = tf.cond(is_large, lambda: find_drawing(photo), lambda: Drawing(tf.zeros(4), False, False))
        return tf.io.serialize_tensor(photo), view_of(photo), whole, letter, drawing

    signature = (
        tf.TensorSpec([], tf.string),
        picture_signature(VIEW_SIDE),
        tf.TensorSpec([3], tf.float32),
        picture_signature(IMAGE_SIDE),
        Drawing(tf.TensorSpec([4], tf.float32), tf.TensorSpec([], tf.bool), tf.TensorSpec([], tf.bool)),
    )
    return tf.map_fn(each, encoded, fn_output_signature=signature, parallel_iterations=AT_ONCE)
