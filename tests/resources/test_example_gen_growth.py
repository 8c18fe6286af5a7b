"""ExampleGen's memory does not grow with the number of photos."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.columns import required_columns
from core.features import CSV_FILE_NAME
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.tfx_steps import example_gen
from schema.curated import read_labels

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

_SIDE = 96
_FEW, _MANY = 50, 500


def write_noise(folder: Path, per_letter: int) -> Path:
    """Writes photos of noise, which no PNG makes smaller: 27 KB each."""
    folder.mkdir()
    random = np.random.default_rng(per_letter)
    with (folder / CSV_FILE_NAME).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(required_columns())
        for label, letter in enumerate(read_labels(), start=1):
            for number in range(per_letter):
                name = f"{label:02}_{number}.png"
                pixels = random.integers(0, 256, (_SIDE, _SIDE, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / name, compress_level=0)
                rows.writerow([letter, label, name, 2])
    return folder


def test_ten_times_the_photos_take_at_most_half_as_much_memory_again(tmp_path: Path) -> None:
    peaks = []
    for per_letter in (_FEW, _MANY):
        data = write_noise(tmp_path / f"{per_letter}", per_letter)
        peaks.append(in_fresh_process(example_gen, data, tmp_path / f"work-{per_letter}").peak_mib)
    # All photos together are 450 MB: whoever held them would need more.
    assert peaks[1] < 1.5 * peaks[0], peaks
