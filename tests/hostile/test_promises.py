"""Each check of a promise fails where the product is broken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.example_gen.images import ImageError, decode_image
from components.example_gen.records import BadRecord, Record
from core.errors import UserError
from tests.hostile import promises
from tests.hostile.image_seeds import PIXELS, image_seeds
from tests.hostile.png_files import plain, png
from tests.hostile.promises import HEADER, ROWS, check_csv, check_image, check_photo

CSV = "\n".join([HEADER, *ROWS]).encode()


def test_image_seeds_are_of_both_sorts() -> None:
    taken = 0
    for seed in image_seeds():
        try:
            decode_image(seed)
            taken += 1
        except ImageError:
            pass
    assert taken >= 15
    assert len(image_seeds()) - taken >= 15


def read(records: list[Record], bad: list[BadRecord]) -> Callable[..., Any]:
    return lambda layout, labels: (records, bad)


def refuse(message: str) -> Callable[..., Any]:
    def raise_it(layout: Any, labels: Any) -> None:
        raise UserError(message.format(csv=layout.csv))

    return raise_it


GOOD = [
    Record(2, 0, "a.png", (0, None, None)),
    Record(3, 1, "b.png", (1, None, None)),
    Record(4, 2, "c.png", (2, None, None)),
]


@pytest.mark.parametrize(
    "broken",
    [
        read(GOOD[:2], []),
        read([*GOOD[:2], GOOD[2]._replace(line=5)], []),
        read([*GOOD[:2], GOOD[2]._replace(file="b.png")], []),
        read([*GOOD[:2], GOOD[2]._replace(class_id=3)], []),
        read([*GOOD[:2], GOOD[2]._replace(file="../c.png")], []),
        read(GOOD[:2], [BadRecord(4, "c.png", "")]),
        read(GOOD[:2], [BadRecord(4, "a.png", "wrong")]),
        refuse("{csv}, not a CSV"),
        refuse("{csv}, line 5: wrong"),
        refuse("line 4: wrong"),
        lambda layout, labels: 1 / 0,
    ],
    ids=["row lost", "line", "file twice", "letter", "outside", "no reason", "other file", "no line", "line beyond",
         "no path", "exception"],
)  # fmt: skip
def test_csv_promises_fail_where_the_reading_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    monkeypatch.setattr(promises, "read_records", read(GOOD, []))
    check_csv(tmp_path, CSV)
    monkeypatch.setattr(promises, "read_records", broken)
    with pytest.raises((AssertionError, ZeroDivisionError)):
        check_csv(tmp_path, CSV)


@pytest.mark.parametrize(
    "broken",
    [
        lambda data: PIXELS.astype(np.float32),
        lambda data: PIXELS[..., :2],
        lambda data: PIXELS[:8],
        lambda data: np.asfortranarray(PIXELS)[:, :, 0],
        lambda data: (_ for _ in ()).throw(ImageError("")),
        lambda data: {}["missing"],
    ],
    ids=["dtype", "two channels", "size", "no channels", "no reason", "exception"],
)
def test_image_promises_fail_where_the_reading_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    monkeypatch.setattr(promises, "decode_image", broken)
    with pytest.raises((AssertionError, KeyError)):
        check_image(tmp_path, plain(PIXELS))


def test_photo_promises_fail_where_a_bomb_gets_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.predict.photos.fault_of", lambda image: "")
    check_photo(tmp_path, plain(PIXELS))
    for hostile in (png((20_000, 20_000), b""), b"GIF89a"):
        with pytest.raises(AssertionError):
            check_photo(tmp_path, hostile)
