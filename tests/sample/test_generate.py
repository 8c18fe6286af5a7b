"""The drawing: deterministic, shaped like the photos, readable."""

from collections import Counter

import numpy as np
import pytest

from core.features import BACKGROUNDS
from core.labels import ALPHABET
from sample.errors import SampleError
from sample.generate import draw_letter, draw_photo, generate
from sample.hands import DEFAULT_HANDS

STRIPED, GRIDDED, PLAIN, GRAPH = range(4)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def pixels_of(per_letter: int, seed: int) -> dict[str, bytes]:
    return {photo.file: photo.pixels.tobytes() for photo in generate(per_letter, seed)}


def test_same_seed_gives_same_photos_whatever_their_number() -> None:
    few, more = pixels_of(1, seed=7), pixels_of(2, seed=7)
    assert len(few) == len(ALPHABET)
    assert few.items() <= more.items()


def test_a_photo_does_not_depend_on_what_was_drawn_before() -> None:
    first = draw_photo("щ", 5, seed=3).pixels
    draw_photo("а", 0, seed=3)
    assert np.array_equal(first, draw_photo("щ", 5, seed=3).pixels)


def test_seeds_letters_and_numbers_give_different_photos() -> None:
    drawn = [
        draw_photo(letter, number, seed).pixels.tobytes()
        for letter in "аош"
        for number in range(4)
        for seed in range(2)
    ]
    assert len(set(drawn)) == len(drawn)


def test_photos_are_opaque_rgba_and_labelled_in_order() -> None:
    photos = list(generate(1, seed=0))
    assert [photo.letter for photo in photos] == list(ALPHABET)
    assert [photo.label for photo in photos] == list(range(1, 34))
    assert photos[0].file == "01_01.png"
    for photo in photos:
        assert photo.pixels.dtype == np.uint8
        assert photo.pixels.shape[2] == 4
        assert (photo.pixels[..., 3] == 255).all()


def test_a_few_photos_have_odd_sizes() -> None:
    shapes = Counter(photo.pixels.shape[:2] for photo in generate(3, seed=0))
    assert set(shapes) == {(32, 32), (32, 31), (32, 33), (31, 32)}
    assert sum(shapes.values()) - shapes[32, 32] == 3


def test_papers_have_roughly_the_real_shares() -> None:
    papers = [draw_photo("а", number, seed=0).background for number in range(40)]
    assert set(papers[:4]) == {STRIPED, GRIDDED, PLAIN, GRAPH}
    assert Counter(papers) == {STRIPED: 2, GRIDDED: 2, PLAIN: 18, GRAPH: 18}


def test_only_the_given_fonts_are_used() -> None:
    photo = draw_photo("ж", 2, seed=0, fonts=("lobster",))
    assert not np.array_equal(photo.pixels, draw_photo("ж", 2, seed=0, fonts=("caveat",)).pixels)
    with pytest.raises(SampleError, match="no font is called 'arial'"):
        draw_photo("ж", 2, seed=0, fonts=("arial",))


@pytest.mark.parametrize("paper", range(len(BACKGROUNDS)))
def test_letters_differ_from_empty_paper(paper: int) -> None:
    letter = draw_letter("ш", "pacifico", paper, rng(1))
    assert letter.shape == (32, 32, 4)
    assert np.ptp(letter[..., :3].max(axis=2)) > 20 or np.ptp(letter[..., :3].min(axis=2)) > 20


def test_ink_can_be_read_on_plain_paper() -> None:
    """The darkest pixels of a photo differ from its paper in at least one channel."""
    differences = []
    for number in range(132):
        letter, font = ALPHABET[number % 33], DEFAULT_HANDS[number % len(DEFAULT_HANDS)]
        pixels = draw_letter(letter, font, PLAIN, rng(number))[..., :3].reshape(-1, 3)
        differences.append((np.median(pixels, axis=0) - np.percentile(pixels, 2, axis=0)).max())
    assert np.median(differences) > 40
    assert min(differences) > 15
