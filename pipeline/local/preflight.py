"""What can be found wrong within seconds, before TFX is imported: the data folder, the CSV, the space for a run."""

import os
from pathlib import Path

from components.example_gen.bad_records import judge
from components.example_gen.csv_table import unknown_columns
from components.example_gen.images import MAX_FILE_BYTES
from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from components.settings import DataSettings, TrainSettings
from console.shortage import free_mb
from core.columns import csv_columns
from core.errors import UserError
from core.files import resolved
from core.labels import Labels
from sample.parameters import ALL_HANDS, Parameters

# What a run leaves of each photo's bytes, at most, and what it leaves beside them: twice the network, a page, the state
# that a killed training goes on from, which is there twice for a moment.
_BYTES_PER_BYTE = 2.0
_OTHER_MB = 100.0


def check_generated(settings: TrainSettings, labels: Labels) -> None:
    """Checks that the generated letters that a training asks for can be drawn.

    Raises:
        UserError: If a label is no letter that can be drawn, or fonts are not installed.
    """
    if settings.generated_per_letter:
        Parameters(labels, settings.generated_per_letter, settings.seed, settings.generated_hands or ALL_HANDS)


def check_data(data: Path, settings: DataSettings, labels: Labels) -> None:
    """Checks the data folder, but for the images' content.

    Raises:
        UserError: If the folder or its name, the CSV or a row of it is wrong; `BadRecordsError` for rows.
    """
    layout = find_layout(data)
    resolved(data)
    records, bad = read_records(layout, labels)
    judge(bad, len(records) + len(bad), settings)
    if not records:
        raise UserError(f"{data}: the CSV has no {'good ' if bad else ''}rows; add one for each image")


def unused_columns(data: Path) -> str | None:
    """Returns a line on the columns of a data folder's CSV that nothing reads, None where there is none.

    Raises:
        UserError: If the CSV cannot be read.
    """
    csv = find_layout(data).csv
    names = unknown_columns(csv)
    return f"{csv}: not read: {', '.join(names)}; what is: {', '.join(csv_columns())}" if names else None


def little_space(data: Path, output: Path) -> str | None:
    """Returns a warning where a first run on a data folder may fill the disk of its output folder, else None."""
    with os.scandir(find_layout(data).images) as entries:
        # A larger one is refused before any of it is copied.
        images_mb = sum(min(entry.stat().st_size, MAX_FILE_BYTES) for entry in entries if entry.is_file()) / 1e6
    free, needed = free_mb(output), _BYTES_PER_BYTE * images_mb + _OTHER_MB
    if free >= needed:
        return None
    advice = "free some or choose another --output"
    return f"Warning: {output}: {free:.0f} MB free, and a first run may take {needed:.0f}; {advice}"
