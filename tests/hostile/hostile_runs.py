"""Calls `local_runner.py` in this process on hostile input, and says what every refusal must be like."""

import csv
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.example_gen.images import encode_png
from core.features import CSV_FILE_NAME
from pipeline.local.command_line import local_main
from tests.tiny_run import TINY

HEADER = "letter,label,file,background"
ROWS = ("а,1,a.png,0", "б,2,b.png,1")
ADVICE = "mend them (all are in bad_records.csv), or --set data.on_bad_record=skip"
# What a run leaves that is refused before TFX is imported, and what TFX's own runs leave beside it.
_LEFT_EARLY = {".lock", "summary.json", "report.html", "bad_records.csv"}
_LEFT_LATE = _LEFT_EARLY | {"artifacts", "metadata.sqlite", "resume"}


@dataclass(frozen=True)
class Done:
    """How a call ended."""

    status: int
    out: str
    err: str
    output: Path

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()

    @property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads((self.output / "summary.json").read_text(encoding="utf-8")))

    @property
    def listed(self) -> dict[int, tuple[str, str]]:
        """What bad_records.csv says: file and reason by line."""
        with (self.output / "bad_records.csv").open(encoding="utf-8", newline="") as file:
            return {int(row["line"]): (row["file"], row["reason"]) for row in csv.DictReader(file)}


def call_local(capsys: pytest.CaptureFixture[str], data: Path, output: Path, *flags: str) -> Done:
    capsys.readouterr()
    settings = [word for setting in TINY for word in ("--set", setting)]
    status = local_main(["--data", str(data), "--output", str(output), *settings, *flags])
    return Done(int(status), *capsys.readouterr(), output)


def assert_refused(done: Done, *, early: bool = True) -> None:
    """Checks that a run told what is wrong and left nothing half-done.

    Args:
        done: How it ended.
        early: Whether it must have ended before TFX.
    """
    assert done.status == 2
    assert "Traceback" not in done.out + done.err
    assert all(line.strip() and len(line) < 1000 for line in done.lines)
    assert set(os.listdir(done.output)) <= (_LEFT_EARLY if early else _LEFT_LATE)
    assert (done.summary["blessed"], done.summary["pushed_model"]) == (None, None)
    assert done.summary["reasons"][0].splitlines()[0] == done.lines[0]


def assert_row_refused(done: Done, line: int, file: str, reason: str) -> None:
    """Checks that the one thing wrong is the row on that line."""
    assert_refused(done)
    assert done.lines == [f"{CSV_FILE_NAME}, line {line}: {file}: {reason}", f"1 bad record(s): {ADVICE}"]
    assert list(done.listed) == [line]


def noise(seed: int, side: int = 8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def flat_folder(folder: Path) -> Path:
    write_images(folder, {f"{name}.png": encode_png(noise(seed)) for seed, name in enumerate("abc")})
    write_csv(folder, ROWS)
    return folder


def write_images(folder: Path, images: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in images.items():
        (folder / name).write_bytes(content)


def write_csv(folder: Path, rows: Sequence[str], header: str = HEADER) -> None:
    (folder / CSV_FILE_NAME).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def row(letter: str, label: int, file: str) -> str:
    """Returns a row of the CSV, quoted where that is needed."""
    text = io.StringIO()
    csv.writer(text).writerow([letter, label, file, 0])
    return text.getvalue().removesuffix("\r\n")
