"""What letters lie on in scenes: papers, tables, light and noise, more various than in `sample/paper.py`."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sample.paper import draw_rulings
from sample.raster import smooth_noise

Picture = NDArray[np.float64]

_SHARPNESS = 1.0


def draw_ground(height: int, width: int, rng: np.random.Generator) -> Picture:
    """Returns what paper may lie on, float64 [height, width, 3] about 0..1: a page, darkness, a table, more paper."""
    kind = rng.random()
    if kind < 0.25:
        return np.full((height, width, 3), 1 - rng.uniform(0, 0.06))
    if kind < 0.45:
        return np.full((height, width, 3), rng.uniform(0, 0.1))
    colour = _draw_colour(rng)
    if kind < 0.6:
        return np.broadcast_to(colour, (height, width, 3)).copy()
    if kind < 0.75:
        return draw_paper(height, width, rng)
    # A table: wood or cloth.
    coarse = smooth_noise((height, width), int(rng.integers(3, 12)), rng)
    lines = rng.normal(0, 0.7, (height, 1) if rng.random() < 0.5 else (1, width))
    grain = np.broadcast_to(lines, (height, width))
    grain = ndimage.gaussian_filter(grain, rng.uniform(0.5, 3))
    return colour * (1 + rng.uniform(0, 0.25) * coarse + rng.uniform(0, 0.3) * grain)[..., np.newaxis]


def _draw_colour(rng: np.random.Generator) -> NDArray[np.float64]:
    value = rng.uniform(0.05, 1)
    return np.clip(value * (1 + rng.uniform(0, 0.6) * rng.uniform(-1, 1, 3)), 0, 1)


def draw_paper(height: int, width: int, rng: np.random.Generator) -> Picture:
    """Returns empty paper, with or without lines, float64 [height, width, 3] in 0..1."""
    tint = rng.uniform(0.35, 1) if rng.random() < 0.8 else rng.uniform(0.08, 0.5)
    colour = np.clip(tint * (1 + rng.uniform(0, 0.15 if rng.random() < 0.8 else 0.5) * rng.uniform(-1, 1, 3)), 0, 1)
    picture = np.broadcast_to(colour, (height, width, 3)).copy()
    lines = rng.random()
    if lines > 0.45:
        spacing = math.exp(rng.uniform(math.log(5), math.log(60)))
        thick = max(0.7, spacing * rng.uniform(0.04, 0.2))
        angle = math.radians(rng.normal(0, 5) if rng.random() < 0.8 else rng.uniform(-45, 45))
        y, x = np.mgrid[0:height, 0:width].astype(float)
        bend = rng.uniform(0, 0.15) * spacing * smooth_noise((height, width), 2, rng)
        cover = draw_rulings(math.cos(angle) * y + math.sin(angle) * x + bend, spacing, thick, _SHARPNESS, rng)
        if lines > 0.65:
            across = math.cos(angle) * x - math.sin(angle) * y + bend
            cover = np.maximum(cover, draw_rulings(across, spacing, thick, _SHARPNESS, rng))
        if rng.random() < 0.2:
            margin = draw_rulings(x, 2 * width, max(1.0, 0.02 * width), _SHARPNESS, rng)
            cover = np.maximum(cover, margin)
        line = np.clip(rng.uniform(0.3, 0.92) + rng.uniform(-0.15, 0.15, 3), 0, 1)
        picture = picture * (1 - cover[..., np.newaxis] * (1 - line))
    mottle = rng.uniform(0, 0.05) * smooth_noise((height, width), int(rng.integers(2, 20)), rng)
    return np.clip(picture * (1 + mottle)[..., np.newaxis], 0, 1)


def let_light_fall(picture: Picture, rng: np.random.Generator) -> Picture:
    """Returns a picture, float64 [height, width, 3], in even light, in light that falls across it, or in a shadow."""
    if rng.random() < 0.5:
        return picture
    height, width, _ = picture.shape
    angle = rng.uniform(0, 2 * math.pi)
    y, x = np.linspace(-0.5, 0.5, height)[:, np.newaxis], np.linspace(-0.5, 0.5, width)[np.newaxis]
    slope = math.cos(angle) * y + math.sin(angle) * x
    low = rng.uniform(0.25, 1)
    if rng.random() < 0.3:
        edge = np.clip((slope - rng.uniform(-0.4, 0.4)) / rng.uniform(0.01, 0.3) + 0.5, 0, 1)
        return picture * (low + (1 - low) * edge)[..., np.newaxis]
    ramp = np.clip((slope + 0.5 * 1.2) / 1.2, 0, 1)
    return picture * (low + (1 - low) * ramp)[..., np.newaxis]


def draw_noise(shape: tuple[int, int], rng: np.random.Generator) -> Picture:
    """Returns fine or coarse noise of a shape (height, width), float64 [height, width, 3] in 0..1."""
    channels = 3 if rng.random() < 0.5 else 1
    noise = rng.uniform(0, 1, (*shape, channels))
    blur = rng.choice([0, 0, 1, 2, 4])
    if blur:
        noise = ndimage.gaussian_filter(noise, (blur, blur, 0))
        noise = (noise - noise.mean()) / max(noise.std(), 1e-6) * rng.uniform(0.05, 0.25) + 0.5
    return np.clip(np.broadcast_to(noise, (*shape, 3)), 0, 1)
