"""What can be found wrong within seconds, before TFX is imported: the data folder, the CSV, the space for a run."""

import os
from collections.abc import Sequence
from pathlib import Path

from components.example_gen.bad_records import judge
from components.example_gen.csv_table import unknown_columns
from components.example_gen.images import MAX_FILE_BYTES
from components.example_gen.layout import find_layout, find_layouts
from components.example_gen.records import read_folders
from components.settings import DataSettings, TrainSettings
from console.shortage import free_mb
from core.columns import csv_columns
from core.errors import UserError
from core.files import resolved
from core.labels import Labels
from sample.forms import drawable
from sample.parameters import ALL_HANDS, Parameters

# What a run leaves of each photo's bytes, at most, and what it leaves beside them: twice the network, a page, the state
# that a killed training goes on from, which is there twice for a moment.
_BYTES_PER_BYTE = 2.0
_OTHER_MB = 100.0


def check_generated(settings: TrainSettings, labels: Labels) -> str | None:
    """Returns a line on the labels of which a training generates no letters, None where there are none of these.

    Raises:
        UserError: If fonts are not installed.
    """
    if not settings.generated_per_letter:
        return None
    if drawn := drawable(labels):
        Parameters(drawn, settings.generated_per_letter, settings.seed, settings.generated_hands or ALL_HANDS)
    strange = [label for label in labels if label not in drawn]
    return f"No letters of other hands are generated of: {' '.join(strange)}" if strange else None


def check_data(data: Sequence[Path], settings: DataSettings, labels: Labels) -> None:
    """Checks the data folders, but for the images' content.

    Raises:
        UserError: If a folder or its name, a CSV or a row of it is wrong; `BadRecordsError` for rows.
    """
    layouts = find_layouts([folder.resolve() for folder in data] if len(data) > 1 else data)
    for folder in data:
        resolved(folder)
    records, bad = read_folders(layouts, labels)
    judge(bad, len(records) + len(bad), settings)
    for folder, layout in zip(data, layouts, strict=True):
        if not any(record.source == layout.source for record in records):
            good = "good " if any(record.source == (layout.source or "") for record in bad) else ""
            raise UserError(f"{folder}: the CSV has no {good}rows; add one for each image")


def unused_columns(data: Path) -> str | None:
    """Returns a line on the columns of a data folder's CSV that nothing reads, None where there is none.

    Raises:
        UserError: If the CSV cannot be read.
    """
    csv = find_layout(data).csv
    names = unknown_columns(csv)
    return f"{csv}: not read: {', '.join(names)}; what is: {', '.join(csv_columns())}" if names else None


def little_space(data: Sequence[Path], output: Path) -> str | None:
    """Returns a warning where a first run on data folders may fill the disk of its output folder, else None."""
    images_mb = sum(_images_mb(find_layout(folder).images) for folder in data)
    free, needed = free_mb(output), _BYTES_PER_BYTE * images_mb + _OTHER_MB
    if free >= needed:
        return None
    advice = "free some or choose another --output"
    return f"Warning: {output}: {free:.0f} MB free, and a first run may take {needed:.0f}; {advice}"


def _images_mb(folder: Path) -> float:
    with os.scandir(folder) as entries:
        # A larger one is refused before any of it is copied.
        return sum(min(entry.stat().st_size, MAX_FILE_BYTES) for entry in entries if entry.is_file()) / 1e6
