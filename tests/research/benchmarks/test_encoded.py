"""The photos to serve: PNGs of the network's size only, as many as asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.example_gen.images import decode_png
from core.errors import UserError
from research.benchmarks.encoded import generated_photos, photos_of


def save(folder: Path, name: str, size: tuple[int, int], grey: int = 0) -> bytes:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, (grey, grey, grey)).save(path, format="PNG")
    return path.read_bytes()


def test_generated_photos_are_png_of_the_network_s_size_and_always_the_same() -> None:
    photos = generated_photos(5)
    assert photos == generated_photos(5)
    assert [decode_png(photo).shape for photo in photos] == [(32, 32, 3)] * 5
    assert all(np.std(decode_png(photo)) > 0 for photo in photos)


def test_few_photos_are_gone_through_again_and_other_sizes_left_out(tmp_path: Path) -> None:
    one, two = save(tmp_path, "1.png", (32, 32), 1), save(tmp_path, "deeper/2.PNG", (32, 32), 2)
    save(tmp_path, "0.png", (31, 32))
    (tmp_path / "notes.txt").write_text("no photo")
    assert photos_of(tmp_path, 5) == [one, two, one, two, one]
    assert photos_of(tmp_path, 1) == [one]


def test_folder_without_a_fitting_photo_is_told(tmp_path: Path) -> None:
    save(tmp_path, "0.png", (31, 32))
    with pytest.raises(UserError, match="no PNG file of 32x32 pixels in it"):
        photos_of(tmp_path, 1)
    with pytest.raises(UserError, match="no such folder"):
        photos_of(tmp_path / "none", 1)


def test_broken_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"text")
    with pytest.raises(UserError, match=r"a\.png: the file is not an image"):
        photos_of(tmp_path, 1)
