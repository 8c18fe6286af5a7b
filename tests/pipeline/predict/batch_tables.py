"""Reads the tables that `predict_batch.py` writes."""

import csv
from pathlib import Path


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
