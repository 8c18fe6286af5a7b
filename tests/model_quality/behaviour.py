"""How a model behaves: what is done to photos that should, or should not, change its answers; and how answers differ.

Photos are uint8 [n, 32, 32, 3], answers float [n, 33].
"""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image
from scipy import ndimage

# From encoded photos to the probability of each letter.
Ask = Callable[[Sequence[bytes]], np.ndarray]

_ASKED_AT_ONCE = 256
# Of the darkest strokes' distance from the paper: what is farther from it is ink.
_INK = 0.4
# Fewer pixels are noise or a crossing of the paper's lines.
_SMALLEST_MARK = 4
# A mark may reach this far below the top of the letter's body, whose own top may curve around it.
_OVERLAP = 2
_EIGHT_NEIGHBOURS = np.ones((3, 3), bool)


def answers(ask: Ask, encoded: Sequence[bytes]) -> np.ndarray:
    """Returns the answers to encoded photos, asked for in batches of a bounded size."""
    starts = range(0, len(encoded), _ASKED_AT_ONCE)
    return np.concatenate([ask(encoded[start : start + _ASKED_AT_ONCE]) for start in starts])


def as_png(photos: np.ndarray) -> list[bytes]:
    return [_encoded(photo, "PNG") for photo in photos]


def as_jpeg(photos: np.ndarray, quality: int) -> list[bytes]:
    return [_encoded(photo, "JPEG", quality=quality) for photo in photos]


def _encoded(photo: np.ndarray, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, kind, **options)
    return buffer.getvalue()


def in_other_ink(photos: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """Returns photos with their colour channels in another order: blue ink becomes red, green or violet."""
    return photos[..., list(order)]


def paled(photos: np.ndarray, contrast: float) -> np.ndarray:
    """Returns photos whose ink is as much paler; the paper, the median of each channel, stays."""
    paper = np.median(photos, axis=(1, 2), keepdims=True)
    return np.rint(paper + contrast * (photos - paper)).astype(np.uint8)


def moved(photos: np.ndarray, right: int, down: int) -> np.ndarray:
    """Returns photos moved by some pixels; the border is repeated."""
    height, width = photos.shape[1:3]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return photos[:, rows][:, :, columns]


def ink(photo: np.ndarray) -> np.ndarray:
    """Returns where a photo has ink: bool [32, 32]."""
    distance = np.abs(photo - np.median(photo, axis=(0, 1))).max(axis=2)
    return distance > max(_INK * np.percentile(distance, 99), 1.0)


def marks_above(photo: np.ndarray) -> np.ndarray:
    """Returns the strokes above a letter's body, such as the dots of ё: bool [32, 32], empty where none stand apart."""
    pieces, count = ndimage.label(ink(photo), _EIGHT_NEIGHBOURS)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    sizes[0] = 0
    body = sizes.argmax()
    top = np.flatnonzero((pieces == body).any(axis=1))[0] if count else 0
    marks = np.zeros(photo.shape[:2], bool)
    for piece in range(1, count + 1):
        bottom = np.flatnonzero((pieces == piece).any(axis=1))[-1]
        if piece != body and sizes[piece] >= _SMALLEST_MARK and bottom < top + _OVERLAP:
            marks |= pieces == piece
    return marks


def covered(photo: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Returns a photo with what `mask` (bool [32, 32]) shows, and a pixel around it, painted in the paper's colour."""
    painted = photo.copy()
    painted[ndimage.binary_dilation(mask, _EIGHT_NEIGHBOURS)] = np.median(photo, axis=(0, 1))
    return painted


def accuracy(found: np.ndarray, class_ids: np.ndarray) -> float:
    return float((found.argmax(axis=1) == class_ids).mean())


def changed(before: np.ndarray, after: np.ndarray) -> float:
    """Returns the share of photos whose likeliest letter is another one."""
    return float((before.argmax(axis=1) != after.argmax(axis=1)).mean())


def mean_rise(before: np.ndarray, after: np.ndarray, class_id: int) -> float:
    """Returns by how much the probability of a letter rose, on average over the photos."""
    return float((after - before)[:, class_id].mean())


def are_probabilities(found: np.ndarray) -> bool:
    """Returns whether every row is finite, not negative, and sums to 1."""
    return bool(np.isfinite(found).all() and (found >= 0).all() and np.allclose(found.sum(axis=1), 1.0, atol=1e-5))
