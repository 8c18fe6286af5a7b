"""Pictures for training: those of the sample, but all square, whoever draws them."""

import subprocess
import sys
from collections import Counter
from hashlib import sha256

import numpy as np
import pytest

from core.labels import ALPHABET
from core.project import ROOT
from sample import squares
from sample.encode import png_bytes
from sample.errors import SampleError
from sample.generate import choose_hand, draw_photo, generate
from sample.hands import ALL_HANDS, DEFAULT_HANDS, PEN, known_hands
from sample.parameters import Parameters
from sample.squares import draw_squares

# Of the pixels of `generate(2, seed=0)`: a sample is the same for everybody, and for ever.
DEFAULT_SAMPLE = "2b2123bac8945177446be4af3253474ff9b5e73c2bc573255340184d6fc0b9d7"


def test_bytes_of_the_default_sample_are_what_they_were() -> None:
    digest = sha256()
    for photo in generate(2, seed=0):
        digest.update(photo.pixels.tobytes())
    assert digest.hexdigest() == DEFAULT_SAMPLE


def test_squares_are_the_sample_s_photos_without_alpha() -> None:
    pictures, class_ids = draw_squares(2, seed=3, fonts=ALL_HANDS, workers=1)
    assert pictures.shape == (66, 32, 32, 3) and pictures.dtype == np.uint8
    assert class_ids.tolist() == [letter for letter in range(33) for _ in range(2)]
    assert class_ids.dtype == np.int64
    photos = [photo.pixels for photo in generate(2, seed=3, fonts=ALL_HANDS)]
    same = [
        np.array_equal(picture, photo[..., :3])
        for picture, photo in zip(pictures, photos, strict=True)
        if photo.shape == (32, 32, 4)
    ]
    assert all(same) and len(same) >= 64


@pytest.mark.parametrize("workers", [2, 3])
def test_squares_do_not_depend_on_workers(workers: int) -> None:
    alone, divided = draw_squares(1, 5, workers=1), draw_squares(1, 5, workers=workers)
    for one, other in zip(alone, divided, strict=True):
        assert np.array_equal(one, other) and one.dtype == other.dtype


def test_seeds_give_different_squares() -> None:
    one, other = (draw_squares(1, seed, (PEN,), workers=1)[0] for seed in (0, 1))
    assert not (one == other).all(axis=(1, 2, 3)).any()


def test_pen_writes_every_letter_into_photos() -> None:
    for letter in ALPHABET:
        photo = draw_photo(letter, 2, seed=0, fonts=(PEN,))
        assert np.ptp(photo.pixels[..., :3], axis=(0, 1)).max() > 20, letter
        assert png_bytes(photo) == png_bytes(draw_photo(letter, 2, seed=0, fonts=(PEN,)))


def test_pen_is_a_hand_but_no_font() -> None:
    assert PEN not in DEFAULT_HANDS and {*DEFAULT_HANDS, PEN} < set(ALL_HANDS)
    assert known_hands((PEN, "caveat")) == ("caveat", PEN)
    assert Parameters(fonts=(PEN,)).fonts == (PEN,)


def test_pen_writes_a_third_and_every_font_its_part_of_the_rest() -> None:
    rng = np.random.default_rng(0)
    chosen = Counter(choose_hand(ALL_HANDS, rng) for _ in range(6000))
    assert abs(chosen[PEN] / 6000 - 1 / 3) < 0.03
    rest = [chosen[hand] for hand in ALL_HANDS if hand != PEN]
    assert min(rest) > 0.6 * max(rest) > 0
    assert choose_hand((PEN,), rng) == PEN


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0), "photos per letter must be 1 or more, not 0"),
        ((1, -1), "the seed must be 0 or more, not -1"),
        ((1, 0, ("biro",)), "no font is called 'biro'; there are caveat, .*, pen"),
        ((1, 0, (PEN,), 0), "workers must be 1 or more, not 0"),
    ],
)
def test_mistakes_are_told(arguments: tuple, message: str) -> None:
    with pytest.raises(SampleError, match=message):
        draw_squares(*arguments)


def test_process_that_fails_is_told_and_the_others_end(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start_one_that_fails(_: Parameters, start: int, *__: object) -> subprocess.Popen:
        code = "import time; time.sleep(60)" if start else "raise SystemExit(3)"
        started.append(subprocess.Popen([sys.executable, "-c", code]))
        return started[-1]

    monkeypatch.setattr(squares, "_start", start_one_that_fails)
    with pytest.raises(SampleError, match="a process that draws letters ended with status 3"):
        draw_squares(1, 0, (PEN,))
    assert [process.returncode for process in started] == [3, -9]


def test_processes_that_draw_load_neither_tensorflow_nor_tfx() -> None:
    code = "import sys, sample.squares; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"tensorflow", "tfx", "apache_beam"} & set(done.stdout.split())
