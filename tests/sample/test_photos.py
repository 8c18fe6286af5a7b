"""The drawing: deterministic, shaped like the photos, readable; and many at once, all square, whoever draws them."""

from collections import Counter
from hashlib import sha256

import numpy as np
import pytest

from core.features import BACKGROUNDS
from sample.forms import LETTERS
from sample.parameters import ALL_HANDS, DEFAULT_HANDS, PEN, Parameters
from sample.photos import choose_hand, draw_letter, draw_photo, draw_squares, paper_of
from schema.curated import read_labels

LABELS = read_labels()
STRIPED, GRIDDED, PLAIN, GRAPH = range(4)
# Of the first two photos of each letter with seed 0: a sample is the same for everybody, and for ever.
DEFAULT_SAMPLE = "2b2123bac8945177446be4af3253474ff9b5e73c2bc573255340184d6fc0b9d7"


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def pixels_of(letter: str, number: int, seed: int = 0, *hands: str) -> np.ndarray:
    return draw_photo(Parameters(LABELS, seed=seed, hands=hands or DEFAULT_HANDS), LABELS.index(letter), number)


def test_bytes_of_the_default_sample_are_what_they_were() -> None:
    digest = sha256()
    for letter in LABELS:
        for number in range(2):
            digest.update(pixels_of(letter, number).tobytes())
    assert digest.hexdigest() == DEFAULT_SAMPLE


def test_a_photo_does_not_depend_on_what_was_drawn_before() -> None:
    first = pixels_of("щ", 5, 3)
    pixels_of("а", 0, 3)
    assert np.array_equal(first, pixels_of("щ", 5, 3))


def test_seeds_letters_and_numbers_give_different_photos() -> None:
    drawn = [pixels_of(letter, number, seed).tobytes() for letter in "аош" for number in range(4) for seed in range(2)]
    assert len(set(drawn)) == len(drawn)


def test_labels_decide_which_letter_a_class_id_stands_for() -> None:
    few = Parameters(("ш", "а", "ж"), seed=3)
    assert np.array_equal(draw_photo(few, 1, 2), draw_photo(Parameters(("б", "а")), 1, 2)) is False
    assert np.array_equal(draw_photo(few, 1, 2), draw_photo(Parameters(("б", "а"), seed=3), 1, 2))


def test_photos_are_opaque_rgba() -> None:
    for letter in LABELS:
        pixels = pixels_of(letter, 0)
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 4
        assert (pixels[..., 3] == 255).all()


def test_a_few_photos_have_odd_sizes() -> None:
    shapes = Counter(pixels_of(letter, number).shape[:2] for letter in LABELS for number in range(3))
    assert set(shapes) == {(32, 32), (32, 31), (32, 33), (31, 32)}
    assert sum(shapes.values()) - shapes[32, 32] == 3


def test_papers_have_roughly_the_real_shares() -> None:
    papers = [paper_of(number) for number in range(40)]
    assert set(papers[:4]) == {STRIPED, GRIDDED, PLAIN, GRAPH}
    assert Counter(papers) == {STRIPED: 2, GRIDDED: 2, PLAIN: 18, GRAPH: 18}


def test_only_the_given_fonts_are_used() -> None:
    assert not np.array_equal(pixels_of("ж", 2, 0, "lobster"), pixels_of("ж", 2, 0, "caveat"))


@pytest.mark.parametrize("paper", range(len(BACKGROUNDS)))
def test_letters_differ_from_empty_paper(paper: int) -> None:
    letter = draw_letter("ш", "pacifico", paper, rng(1))
    assert letter.shape == (32, 32, 4)
    assert np.ptp(letter[..., :3].max(axis=2)) > 20 or np.ptp(letter[..., :3].min(axis=2)) > 20


def test_ink_can_be_read_on_plain_paper() -> None:
    """The darkest pixels of a photo differ from its paper in at least one channel."""
    differences = []
    for number in range(132):
        letter, font = LETTERS[number % 33], DEFAULT_HANDS[number % len(DEFAULT_HANDS)]
        pixels = draw_letter(letter, font, PLAIN, rng(number))[..., :3].reshape(-1, 3)
        differences.append((np.median(pixels, axis=0) - np.percentile(pixels, 2, axis=0)).max())
    assert np.median(differences) > 40
    assert min(differences) > 15


def test_pen_writes_every_letter_into_photos() -> None:
    for letter in LETTERS:
        pixels = pixels_of(letter, 2, 0, PEN)
        assert np.ptp(pixels[..., :3], axis=(0, 1)).max() > 20, letter
        assert np.array_equal(pixels, pixels_of(letter, 2, 0, PEN))


def test_pen_writes_a_third_and_every_font_its_part_of_the_rest() -> None:
    source = rng()
    chosen = Counter(choose_hand(ALL_HANDS, source) for _ in range(6000))
    assert abs(chosen[PEN] / 6000 - 1 / 3) < 0.03
    rest = [chosen[hand] for hand in ALL_HANDS if hand != PEN]
    assert min(rest) > 0.6 * max(rest) > 0
    assert choose_hand((PEN,), source) == PEN


def test_squares_are_the_sample_s_photos_without_alpha() -> None:
    parameters = Parameters(LABELS, 2, 3, ALL_HANDS)
    pixels, class_ids = draw_squares(parameters, workers=1)
    assert pixels.shape == (66, 32, 32, 3) and pixels.dtype == np.uint8
    assert class_ids.tolist() == [letter for letter in range(33) for _ in range(2)]
    assert class_ids.dtype == np.int64
    photos = [draw_photo(parameters, class_id, number) for class_id in range(33) for number in range(2)]
    same = [
        np.array_equal(square, photo[..., :3])
        for square, photo in zip(pixels, photos, strict=True)
        if photo.shape == (32, 32, 4)
    ]
    assert all(same) and len(same) >= 64


@pytest.mark.parametrize("workers", [2, 3])
def test_squares_do_not_depend_on_workers(workers: int) -> None:
    parameters = Parameters(LABELS, 1, 5, ALL_HANDS)
    alone, divided = draw_squares(parameters, workers=1), draw_squares(parameters, workers=workers)
    for one, other in zip(alone, divided, strict=True):
        assert np.array_equal(one, other) and one.dtype == other.dtype and one.flags.writeable == other.flags.writeable


def test_seeds_give_different_squares() -> None:
    one, other = (draw_squares(Parameters(LABELS, 1, seed, (PEN,)), workers=1)[0] for seed in (0, 1))
    assert not (one == other).all(axis=(1, 2, 3)).any()
