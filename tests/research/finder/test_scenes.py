"""Scenes: the letter is in its box, and a share has none."""

import numpy as np

from research.finder.scenes import VIEW_SIDE, draw_scene
from research.finder.stamps import generated_stamps, photo_stamps
from sample.parameters import PEN
from sample.photos import draw_letter


def _scenes(count: int) -> list:
    rng = np.random.default_rng(5)
    photos = np.stack([draw_letter(letter, PEN, 2, rng)[..., :3] for letter in "абж"])
    stamps, portraits = photo_stamps(photos)
    stamps += generated_stamps("абж", 12, rng)
    return [draw_scene(stamps, portraits, rng) for _ in range(count)]


def test_boxes_are_within_the_view_and_those_of_no_letter_empty() -> None:
    scenes = _scenes(150)
    boxes, found = np.array([scene.box for scene in scenes]), np.array([scene.found for scene in scenes])
    assert 0.03 < (~found).mean() < 0.3
    assert not boxes[~found].any()
    assert (boxes[found] >= 0).all() and (boxes[found] <= 1).all()
    assert ((boxes[found, 2:] - boxes[found, :2]) > 2 / VIEW_SIDE).all()
    papers = np.array([scene.paper for scene in scenes])
    assert (papers[found, :2] <= boxes[found, :2] + 1e-6).all() and (papers[found, 2:] >= boxes[found, 2:] - 1e-6).all()
    assert not any(scene.is_light for scene in scenes if not scene.found)


def test_there_is_more_to_see_in_the_box_than_beside_it() -> None:
    contrasts = []
    for scene in _scenes(150):
        if scene.found:
            left, top, right, bottom = (round(edge * VIEW_SIDE) for edge in scene.box)
            inside = scene.pixels[top : bottom + 1, left : right + 1].astype(float)
            contrasts.append(inside.std(axis=(0, 1)).max())
    assert np.median(contrasts) > 15


def test_same_seed_gives_the_same_scenes() -> None:
    for first, second in zip(_scenes(5), _scenes(5), strict=True):
        np.testing.assert_array_equal(first.pixels, second.pixels)
        assert list(first.box) == list(second.box)
