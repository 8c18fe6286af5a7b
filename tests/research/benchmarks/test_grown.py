"""Noisy copies of photos."""

from pathlib import Path

import numpy as np
import pytest

from components.example_gen.images import image_id, read_image
from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from research.benchmarks.grown import grow, with_noise
from schema.curated import read_labels


@pytest.mark.parametrize("times", [1, 3])
def test_each_copy_is_a_good_record_and_a_photo_of_its_own(letters_folder: Path, tmp_path: Path, times: int) -> None:
    assert grow(letters_folder, tmp_path / "grown", times) == 132 * times
    layout = find_layout(tmp_path / "grown")
    records, bad = read_records(layout, read_labels())
    assert (len(records), bad) == (132 * times, [])
    assert len({image_id(read_image(layout.images / record.file)) for record in records}) == 132 * times


def test_target_is_written_anew(letters_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "grown").mkdir()
    (tmp_path / "grown" / "old").touch()
    grow(letters_folder, tmp_path / "grown", 1)
    assert not (tmp_path / "grown" / "old").exists()


def test_noise_is_small_and_spares_alpha() -> None:
    pixels = np.full((9, 9, 4), (0, 128, 255, 100), np.uint8)
    noisy = with_noise(pixels, np.random.default_rng(0))
    difference = np.abs(noisy.astype(int) - pixels)
    assert noisy.dtype == np.uint8
    assert 0 < difference[..., :3].max() <= 2
    assert difference[..., 3].max() == 0
