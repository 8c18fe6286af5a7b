"""A drawing's letter is found exactly; what is no drawing is left to the network."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from components.drawing import Drawing, find_drawing


def gamma(side: int = 120, ground: int = 255, ink: int = 0) -> np.ndarray:
    """Two straight strokes, from (30, 20) to (80, 90)."""
    picture = np.full((side, side, 3), ground, np.uint8)
    picture[20:90, 30:38] = ink
    picture[20:28, 30:80] = ink
    return picture


def found(picture: np.ndarray) -> Drawing:
    eager, graph = find_drawing(tf.constant(picture)), tf.function(find_drawing)(tf.constant(picture))
    for one, other in zip(eager, graph, strict=True):
        np.testing.assert_array_equal(one, other)
    return Drawing(*(part.numpy() for part in eager))


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (0, 255), (120, 220), (250, 180)])
def test_strokes_on_an_even_ground_are_found_to_the_pixel(ground: int, ink: int) -> None:
    drawing = found(gamma(ground=ground, ink=ink))
    assert drawing.is_drawing
    assert drawing.box.tolist() == [30, 20, 80, 90]
    assert drawing.is_light == (ink > ground)


def test_a_jpeg_s_unevenness_makes_no_difference() -> None:
    noise = np.random.default_rng(1).integers(-6, 7, (120, 120, 3))
    drawing = found(np.clip(gamma(ground=240).astype(int) + noise, 0, 255).astype(np.uint8))
    assert drawing.is_drawing and drawing.box.tolist() == [30, 20, 80, 90]


def changed(change: Callable[[np.ndarray], object]) -> np.ndarray:
    picture = gamma()
    change(picture)
    return picture


def ruled(picture: np.ndarray) -> None:
    picture[5::30] = 100


def table(picture: np.ndarray) -> None:
    picture[:, 100:] = 90


def photographed(picture: np.ndarray) -> None:
    picture[...] = np.clip(picture - np.linspace(0, 120, 120).astype(int)[:, None, None], 0, 255)


def sheet_on_a_page(picture: np.ndarray) -> None:
    picture[10:110, 10:110] = np.minimum(picture[10:110, 10:110], 225)


@pytest.mark.parametrize(
    "picture",
    [
        np.full((64, 64, 3), 200, np.uint8),
        np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8),
        changed(ruled),
        changed(table),
        changed(photographed),
        changed(sheet_on_a_page),
        changed(lambda picture: picture[40:110, 20:110].fill(0)),
        changed(lambda picture: picture[20:28, 0:40].fill(0)),
        changed(lambda picture: picture[15:95, 25:100].fill(255) or picture[60:64, 60:64].fill(0)),
    ],
    ids=["bare", "noise", "ruled", "table", "shadow", "sheet on a page", "filled", "at the border", "speck"],
)
def test_what_is_no_drawing_is_left_to_the_network(picture: np.ndarray) -> None:
    assert not found(picture).is_drawing
