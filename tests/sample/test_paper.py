"""The paper: each kind with its lines, and light."""

import numpy as np
import pytest

from core.features import BACKGROUNDS
from sample.paper import draw_paper

GRAPH = BACKGROUNDS.index("graph")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_lines_make_the_difference_between_papers() -> None:
    """Rows and columns vary on gridded and graph paper, rows on striped, neither on plain."""
    roughness = []
    for paper in range(len(BACKGROUNDS)):
        sheets = [draw_paper(paper, (32, 32), rng(seed)).mean(axis=2) for seed in range(20)]
        steps = [np.abs(np.diff(sheets, axis=axis)).mean() for axis in (1, 2)]
        roughness.append(np.array(steps))
    (rows, columns), gridded, plain, graph = roughness
    assert rows > 1.5 * columns
    assert rows > 2 * plain.max()
    assert gridded.min() > 2 * plain.max()
    assert graph.min() > gridded.max()


@pytest.mark.parametrize("shape", [(32, 32), (31, 32), (32, 33)])
def test_paper_is_light_of_the_right_shape(shape: tuple[int, int]) -> None:
    for seed in range(30):
        sheet = draw_paper(GRAPH, shape, rng(seed))
        assert sheet.shape == (*shape, 3)
        assert sheet.min() >= 0 and sheet.max() <= 1
