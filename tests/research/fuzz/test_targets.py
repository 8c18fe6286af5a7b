"""The fuzzer's targets, without atheris: none fails on the product as it is, and each fails where it is broken."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest

from components.example_gen.images import ImageError
from components.example_gen.records import BadRecord, Record
from core.errors import UserError
from research.fuzz import csv_target, image_target, photo_target
from research.fuzz.campaign import MODULES
from research.fuzz.csv_target import HEADER, ROWS
from research.fuzz.image_seeds import PIXELS, image_seeds
from research.fuzz.png_files import chunk, chunks, plain, png
from research.fuzz.target import Target

CSV = "\n".join([HEADER, *ROWS]).encode()


def blind(random: Random) -> Callable[[bytes], bytes]:
    """Returns what changes a few bytes, as atheris does, without its knowledge of what they lead to."""

    def mutate(data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(random.randint(1, 3)):
            start = random.randint(0, len(changed))
            changed[start : start + random.randint(0, 3)] = random.randbytes(random.randint(0, 3))
        return bytes(changed)

    return mutate


@pytest.mark.parametrize("module", MODULES)
def test_product_keeps_its_promises_for_seeds_and_for_what_is_made_of_them(module: str) -> None:
    target: Target = importlib.import_module(module).TARGET
    random, seeds = Random(1), target.seeds()
    assert max(len(seed) for seed in seeds) <= target.max_bytes
    for seed in seeds:
        target.run(seed)
    for _ in range(300):
        data = target.mutate(random.choice(seeds), blind(random), random)
        assert len(data) <= target.max_bytes
        target.run(data)


def test_image_seeds_are_of_both_sorts() -> None:
    taken = 0
    for seed in image_seeds():
        try:
            image_target.decode_png(seed)
            taken += 1
        except ImageError:
            pass
    assert taken >= 15
    assert len(image_seeds()) - taken >= 15


def test_mutated_png_mostly_keeps_right_checksums() -> None:
    random, whole = Random(2), plain(PIXELS)
    mutants = [image_target.TARGET.mutate(whole, blind(random), random) for _ in range(200)]
    # A PNG made anew of its own chunks has the same bytes only if all their checksums are right.
    sound = [m for m in mutants if m[:8] + b"".join(chunk(*part) for part in chunks(m)) == m]
    assert len(sound) > 120
    assert len(set(sound)) > 60


def read(records: list[Record], bad: list[BadRecord]) -> Callable[..., Any]:
    return lambda layout: (records, bad)


def refuse(message: str) -> Callable[..., Any]:
    def raise_it(layout: Any) -> None:
        raise UserError(message.format(csv=layout.csv))

    return raise_it


GOOD = [Record(2, "а", 0, 0, "a.png"), Record(3, "б", 1, 1, "b.png"), Record(4, "в", 2, 2, "c.png")]


@pytest.mark.parametrize(
    "broken",
    [
        read(GOOD[:2], []),
        read([*GOOD[:2], replace(GOOD[2], line=5)], []),
        read([*GOOD[:2], replace(GOOD[2], file="b.png")], []),
        read([*GOOD[:2], replace(GOOD[2], letter="г")], []),
        read([*GOOD[:2], replace(GOOD[2], file="../c.png")], []),
        read(GOOD[:2], [BadRecord(4, "c.png", "")]),
        read(GOOD[:2], [BadRecord(4, "a.png", "wrong")]),
        refuse("{csv}, not a CSV"),
        refuse("{csv}, line 5: wrong"),
        refuse("line 4: wrong"),
        lambda layout: 1 / 0,
    ],
    ids=["row lost", "line", "file twice", "letter", "outside", "no reason", "other file", "no line", "line beyond",
         "no path", "exception"],
)  # fmt: skip
def test_csv_target_fails_where_the_reading_is_broken(monkeypatch: pytest.MonkeyPatch, broken: Any) -> None:
    monkeypatch.setattr(csv_target, "read_records", read(GOOD, []))
    csv_target.TARGET.run(CSV)
    monkeypatch.setattr(csv_target, "read_records", broken)
    with pytest.raises((AssertionError, ZeroDivisionError)):
        csv_target.TARGET.run(CSV)


@pytest.mark.parametrize(
    "broken",
    [
        lambda path: PIXELS.astype(np.float32),
        lambda path: PIXELS[..., :2],
        lambda path: PIXELS[:8],
        lambda path: np.asfortranarray(PIXELS)[:, :, 0],
        lambda path: (_ for _ in ()).throw(ImageError("")),
        lambda path: {}["missing"],
    ],
    ids=["dtype", "two channels", "size", "no channels", "no reason", "exception"],
)
def test_image_target_fails_where_the_reading_is_broken(monkeypatch: pytest.MonkeyPatch, broken: Any) -> None:
    monkeypatch.setattr(image_target, "read_image", broken)
    with pytest.raises((AssertionError, KeyError)):
        image_target.TARGET.run(plain(PIXELS))


def test_photo_target_fails_where_a_bomb_gets_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_target, "check_size", lambda path, image: None)
    photo_target.TARGET.run(plain(PIXELS))
    for hostile in (png((20_000, 20_000), b""), b"GIF89a"):
        with pytest.raises(AssertionError):
            photo_target.TARGET.run(hostile)
