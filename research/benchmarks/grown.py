"""A data folder of many times the photos of another, each a photo of its own, without drawing them all."""

import csv
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from components.example_gen.layout import find_layout
from core.columns import required_columns
from core.features import CSV_FILE_NAME, IMAGE_FOLDER

# Grey levels that a pixel changes by at most: too few to see, enough for no two photos to be equal.
_NOISE = 2


def grow(data: Path, target: Path, times: int) -> int:
    """Writes `times` noisy copies of each photo of `data`; `target` is written anew.

    Also one copy is noisy, since noise makes a PNG larger: folders of this function differ in number alone.

    Returns:
        The number of photos written.
    """
    shutil.rmtree(target, ignore_errors=True)
    images = target / IMAGE_FOLDER
    images.mkdir(parents=True)
    layout, random = find_layout(data), np.random.default_rng(times)
    with layout.csv.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    grown = []
    for row in rows:
        pixels = np.asarray(Image.open(layout.images / row["file"]).convert("RGBA"))
        for number in range(times):
            file = f"{Path(row['file']).stem}_{number}.png"
            Image.fromarray(with_noise(pixels, random)).save(images / file)
            grown.append({**row, "file": file})
    _write_rows(target / CSV_FILE_NAME, grown)
    return len(grown)


def with_noise(rgba: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Returns uint8 [height, width, 4] pixels with colours changed a little, and alpha as it was."""
    noise = random.integers(-_NOISE, _NOISE + 1, rgba.shape)
    noise[..., 3] = 0
    return np.clip(rgba + noise, 0, 255).astype(np.uint8)


def _write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, required_columns(), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
