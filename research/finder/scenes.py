"""Scenes: made-up photos of one letter, anywhere and of any size, on paper that may end in the picture, or of none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from research.finder.grounds import Picture, draw_ground, draw_noise, draw_paper, let_light_fall
from research.finder.stamps import Portrait, Stamp, gather_stamps, stretched, turned

# The side of what the finder sees, and of what is drawn.
VIEW_SIDE = 64
_SIDE = 2 * VIEW_SIDE
_GREY = 0.5

_EMPTY_SHARE = 0.16
# Of the letters: real ones on their own paper.
_PORTRAIT_SHARE = 0.35
_TURNED_SHARE = 0.6
_LIGHT_INK_SHARE = 0.3
# Of the longer side of the paper: what the letter's longer side takes.
_SMALLEST, _LARGEST = 0.12, 1.0
# Of what is drawn: less could not be told from a speck.
_LEAST_PIXELS = 15.0
# The least difference that ink makes, in 0..1, and how often one is drawn anew for it.
_LEAST_CONTRAST = 0.09

_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Scene:
    """One made-up photo.

    Attributes:
        pixels: uint8 [64, 64, 3]: the photo in a square, grey beside it.
        box: left, top, right and bottom of the letter in 0..1 of the square; zeros where there is none.
        paper: The same of the paper that it is on.
        found: Whether there is a letter.
        is_light: Whether its ink is lighter than the paper.
    """

    pixels: NDArray[np.uint8]
    box: Sequence[float]
    paper: Sequence[float]
    found: bool
    is_light: bool


def draw_scenes(photos: NDArray[np.uint8], letters: Sequence[str], count: int, seed: int) -> list[Scene]:
    """Returns scenes with letters cut out of photos, uint8 [n, 32, 32, 3], on plain paper, and with generated ones."""
    rng = np.random.default_rng(seed)
    stamps, portraits = gather_stamps(photos, letters, rng)
    return [draw_scene(stamps, portraits, rng) for _ in range(count)]


def draw_scene(stamps: list[Stamp], portraits: list[Portrait], rng: np.random.Generator) -> Scene:
    """Returns a random scene with one of the stamps and pieces of others as scraps, or with one of the portraits."""
    height, width = _draw_shape(rng)
    found = rng.random() >= _EMPTY_SHARE
    is_light = found and rng.random() < _LIGHT_INK_SHARE
    as_portrait = found and rng.random() < _PORTRAIT_SHARE
    around, (top, left, bottom, right) = _draw_place(height, width, as_portrait, rng)
    shape = (bottom - top, right - left)
    box: _Box | None
    if as_portrait:
        sheet, box = _portrayed(portraits[rng.integers(len(portraits))], shape, is_light)
    else:
        drawn = _draw_sheet(stamps, shape, found, is_light, rng)
        if drawn is None:
            return draw_scene(stamps, portraits, rng)
        sheet, box = drawn
    picture = around.copy()
    picture[top:bottom, left:right] = sheet
    mask = _sheet_mask((height, width), (top, left, bottom, right), rng)
    picture = let_light_fall(around + (picture - around) * mask[..., np.newaxis], rng)
    if not found and rng.random() < 0.2:
        picture = draw_noise((height, width), rng)
    square = np.full((_SIDE, _SIDE, 3), _GREY)
    y, x = (_SIDE - height) // 2, (_SIDE - width) // 2
    square[y : y + height, x : x + width] = picture
    longest = max(box[2] - box[0], box[3] - box[1]) if box else _SIDE
    pixels = _photograph(square, longest, rng)
    if box is None:
        return Scene(pixels, (0.0,) * 4, (0.0, 0.0, 1.0, 1.0), False, False)
    corner = np.array([x + left, y + top] * 2)
    edges = (np.array(box) + corner) / _SIDE
    paper = (np.array([0, 0, shape[1], shape[0]]) + corner) / _SIDE
    return Scene(pixels, edges.tolist(), paper.tolist(), True, is_light)


def _portrayed(portrait: Portrait, shape: tuple[int, int], is_light: bool) -> tuple[Picture, _Box]:
    sheet: Picture = stretched(portrait.photo, shape).astype(float)
    left, top, right, bottom = portrait.box
    box = (left * shape[1], top * shape[0], right * shape[1], bottom * shape[0])
    return 1 - sheet if is_light else sheet, box


def _draw_sheet(
    stamps: list[Stamp], shape: tuple[int, int], found: bool, is_light: bool, rng: np.random.Generator
) -> tuple[Picture, _Box | None] | None:
    """Returns a sheet of a shape with or without a letter, and the letter's edges; None if it could not be seen."""
    paper = draw_paper(*shape, rng)
    light, box = _draw_letter(stamps, shape, rng) if found else (np.ones((*shape, 1)), None)
    if rng.random() < 0.25:
        light = np.minimum(light, _draw_scraps(stamps, shape, box, rng))
    bare, inked = _with_ink(paper, light, is_light, rng)
    return (inked, box) if not found or _is_seen(inked - bare, light) else None


def _draw_shape(rng: np.random.Generator) -> tuple[int, int]:
    aspect = 1.0 if rng.random() < 0.5 else math.exp(rng.normal(0, 0.4))
    return max(24, round(_SIDE * min(1, aspect))), max(24, round(_SIDE * min(1, 1 / aspect)))


def _draw_place(
    height: int, width: int, is_square: bool, rng: np.random.Generator
) -> tuple[Picture, tuple[int, int, int, int]]:
    """Returns what lies around the paper, float64 [height, width, 3], and the paper's top, left, bottom and right."""
    kind = rng.random()
    around = draw_ground(height, width, rng)
    if kind < 0.5:
        return around, (0, 0, height, width)
    if kind < 0.65:  # a border, or bars
        thick = rng.uniform(0.02, 0.22, 4) * (rng.random(4) < (1.0 if rng.random() < 0.5 else 0.5))
        if rng.random() < 0.4:
            thick[:] = thick[0]
        top, bottom = round(thick[0] * height), round(height - thick[1] * height)
        left, right = round(thick[2] * width), round(width - thick[3] * width)
        return around, (top, left, bottom, right)
    paper_height = max(16, round(height * rng.uniform(0.25, 0.98)))
    aspect = math.exp(rng.normal(0, 0.05 if is_square else 0.35))
    paper_width = max(16, min(width, round(paper_height * aspect)))
    top = round(rng.uniform(0, height - paper_height))
    left = round(rng.uniform(0, width - paper_width))
    return around, (top, left, top + paper_height, left + paper_width)


def _draw_letter(stamps: list[Stamp], shape: tuple[int, int], rng: np.random.Generator) -> tuple[NDArray, _Box]:
    """Returns a letter's light on paper of a shape, and its left, top, right and bottom in pixels."""
    stamp = stamps[rng.integers(len(stamps))]
    stamp = turned(stamp, rng) if rng.random() < _TURNED_SHARE else stamp
    share = math.exp(rng.uniform(math.log(_SMALLEST), math.log(_LARGEST)))
    if rng.random() < 0.3:
        share = rng.uniform(0.5, 1)
    height, width, _ = stamp.shape
    aspect = height / width * math.exp(rng.normal(0, 0.1))
    longest = max(share * max(shape), _LEAST_PIXELS)
    tall, wide = (longest, longest / aspect) if aspect > 1 else (longest * aspect, longest)
    shrink = min(1.0, shape[0] / tall, shape[1] / wide)
    tall, wide = max(3, round(tall * shrink)), max(3, round(wide * shrink))
    tall, wide = min(tall, shape[0]), min(wide, shape[1])
    middle = rng.random() < 0.4
    spread = 0.15 if middle else 1.0
    top = round((shape[0] - tall) * (0.5 + spread * rng.uniform(-0.5, 0.5)))
    left = round((shape[1] - wide) * (0.5 + spread * rng.uniform(-0.5, 0.5)))
    light = np.ones((*shape, stamp.shape[2]))
    light[top : top + tall, left : left + wide] = stretched(stamp, (tall, wide))
    return light, (left, top, left + wide, top + tall)


def _draw_scraps(stamps: list[Stamp], shape: tuple[int, int], box: _Box | None, rng: np.random.Generator) -> NDArray:
    """Returns the light of pieces of letters that the paper's edge, or the photo's, cuts off."""
    light = np.ones((*shape, 1))
    size = max(box[2] - box[0], box[3] - box[1]) if box else rng.uniform(0.2, 0.6) * max(shape)
    for _ in range(rng.integers(1, 4)):
        stamp = stamps[rng.integers(len(stamps))].min(axis=2, keepdims=True)
        side = max(6, round(size * rng.uniform(0.6, 1.3)))
        piece = stretched(stamp, (side, max(4, round(side * stamp.shape[1] / stamp.shape[0]))))
        tall, wide, _ = piece.shape
        seen = rng.uniform(0.1, 0.35)
        if rng.random() < 0.5:
            left = round(-wide * (1 - seen)) if rng.random() < 0.5 else round(shape[1] - wide * seen)
            top = round(rng.uniform(-tall / 2, shape[0] - tall / 2))
        else:
            top = round(-tall * (1 - seen)) if rng.random() < 0.5 else round(shape[0] - tall * seen)
            left = round(rng.uniform(-wide / 2, shape[1] - wide / 2))
        rows, columns = _overlap(top, tall, shape[0]), _overlap(left, wide, shape[1])
        if box is not None and _meets(rows, columns, box):
            continue
        there = piece[rows[0] - top : rows[1] - top, columns[0] - left : columns[1] - left]
        light[rows[0] : rows[1], columns[0] : columns[1]] = there
    return light


def _overlap(start: int, length: int, limit: int) -> tuple[int, int]:
    return max(0, min(start, limit)), max(0, min(start + length, limit))


def _meets(rows: tuple[int, int], columns: tuple[int, int], box: _Box) -> bool:
    left, top, right, bottom = box
    room = 2
    return rows[0] < bottom + room and rows[1] > top - room and columns[0] < right + room and columns[1] > left - room


def _with_ink(paper: Picture, light: NDArray, is_light: bool, rng: np.random.Generator) -> tuple[Picture, Picture]:
    """Returns paper without and with ink that lets light through, or light ink on a paper that is made dark."""
    if light.shape[2] == 1:
        ink = np.clip(rng.triangular(0, 0.1, 0.85) + rng.uniform(-0.3, 0.3, 3), 0, 0.95)
        # Of an ink that is hardly darker than white paper, nothing would be seen.
        ink = ink * 0.7 if ink.min() > 0.75 else ink
        filtered: NDArray = 1 - (1 - light) * (1 - ink)
    else:
        filtered = np.power(light, rng.uniform(0.8, 1.8))
    if not is_light:
        return paper, np.clip(paper * filtered, 0, 1)
    if rng.random() < 0.5:
        return 1 - paper, np.clip(1 - paper * filtered, 0, 1)
    # Chalk: the paper is a dark board, and the ink's cover is light.
    board = paper * rng.uniform(0.1, 0.5)
    cover = 1 - light.mean(axis=2, keepdims=True)
    cover = cover / max(cover.max(), 1e-3) * rng.uniform(0.6, 1)
    chalk = np.clip(rng.uniform(0.75, 1) + rng.uniform(-0.2, 0.05, 3), 0, 1)
    return board, np.clip(board + (np.maximum(chalk, board) - board) * cover, 0, 1)


def _is_seen(difference: Picture, light: NDArray) -> bool:
    strokes = light.min(axis=2) < 0.75
    if not strokes.any():
        return False
    return bool(np.median(np.abs(difference).max(axis=2)[strokes]) >= _LEAST_CONTRAST)


def _sheet_mask(
    shape: tuple[int, int], box: tuple[int, int, int, int], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Returns where the paper lies, float64 [height, width]; its corners may be a little cut, as of turned paper."""
    top, left, bottom, right = box
    mask: Picture = np.zeros(shape)
    mask[top:bottom, left:right] = 1
    if (bottom - top, right - left) != shape and rng.random() < 0.3:
        mask = ndimage.gaussian_filter(mask, rng.uniform(0.3, 1.2))
    return mask


def _photograph(square: Picture, longest: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    # A small letter that is as blurred as a large one cannot be seen.
    blur = min(rng.uniform(0, 1.6) if rng.random() < 0.7 else rng.uniform(1.6, 3), 0.04 * longest + 0.3)
    image = ndimage.gaussian_filter(square, (blur, blur, 0), mode="nearest", truncate=3)
    view = image.reshape(VIEW_SIDE, 2, VIEW_SIDE, 2, 3).mean(axis=(1, 3))
    view = view + rng.normal(0, rng.uniform(0, 0.03), view.shape)
    return np.asarray(np.clip(np.round(255 * view), 0, 255), np.uint8)
