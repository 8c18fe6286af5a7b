"""Photos that people said the letter of, kept as a data folder that a run can train on."""

import csv
import fcntl
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.exceptions import HTTPException

from components.example_gen.csv_table import read_rows
from components.example_gen.images import ImageError, decode_image, encode_png, image_id, is_blank
from components.example_gen.layout import DataLayout, RowError
from components.example_gen.records import Record, parse_row, read_records
from core.columns import COLUMNS, IDENTITY, csv_columns
from core.errors import UserError
from core.features import BACKGROUND, BACKGROUNDS, CSV_FILE_NAME, FILE, IMAGE_FOLDER, LABEL, LETTER, WRITER
from core.files import write_whole
from core.labels import Labels, label_of, normalise_letter
from server.limits import Limits

_LINE_END = "\r\n"
# What is drawn is on plain paper, and of photos nobody asks.
_PAPER = str(BACKGROUNDS.index("plain"))


class Corrections:
    """A data folder that grows a photo at a time, whole at any time; any number of processes may add to it."""

    def __init__(self, folder: Path, labels: Labels, limits: Limits):
        """Makes the folder where it is none yet.

        Raises:
            UserError: If it cannot be written, or holds something else.
        """
        self.folder = folder.absolute()
        self._labels, self._limits = labels, limits
        self._layout = DataLayout(self.folder / CSV_FILE_NAME, self.folder / IMAGE_FOLDER)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._set_up()
        except OSError as error:
            raise UserError(f"{folder}: corrections cannot be kept there: {error.strerror}") from None

    def keep(self, photo: bytes, letter: str, writer: str = "") -> tuple[int, bool]:
        """Adds a photo and what it shows, unless its pixels are there already.

        Returns:
            How many photos there are now, and whether this one is new.

        Raises:
            HTTPException: If its pixels are kept as another letter, or as many are kept as may be.
            ImageError: If it is no photo that a run would take.
            OSError: If it cannot be written; the folder is as it was then.
            RowError: If the letter is none, or the writer no name.
            UserError: If somebody broke the CSV.
        """
        pixels = decode_image(photo)
        if is_blank(pixels):
            raise ImageError("the image is blank")
        record = self._record(f"{image_id(pixels)}.png", letter, writer)
        with self._locked():
            kept = {row.texts[IDENTITY.index(FILE)]: row for row in read_rows(self._layout.csv)}
            before = kept.get(record.file)
            if before is None:
                if len(kept) >= self._limits.kept_photos:
                    raise HTTPException(507, f"{len(kept)} photos are kept, and no more are")
                self._add(record, encode_png(pixels))
            elif before.texts[IDENTITY.index(LETTER)] != self._labels[record.class_id]:
                told = before.texts[IDENTITY.index(LETTER)]
                raise HTTPException(409, f"the photo is kept as {told!r} already, on line {before.line} of the CSV")
            return len(kept) + (before is None), before is None

    def _set_up(self) -> None:
        header, csv_file = ",".join(csv_columns()), self._layout.csv
        if not csv_file.exists():
            if any(self.folder.iterdir()):
                raise UserError(f"{self.folder}: neither empty nor a data folder; give corrections another one")
            write_whole(csv_file, header + _LINE_END, durable=True)
        self._layout.images.mkdir(parents=True, exist_ok=True)
        with csv_file.open(encoding="utf-8", errors="replace") as lines:
            if lines.readline().rstrip() != header:
                raise UserError(f"{csv_file}: its columns are not {header}; give corrections another folder")
        _, bad = read_records(self._layout, self._labels)
        if bad:
            raise UserError(
                f"{csv_file}, line {bad[0].line}: {bad[0].reason}; mend it, or give corrections another folder"
            )

    def _record(self, file: str, letter: str, writer: str) -> Record:
        if writer and not writer[0].isalnum():
            # Spreadsheets run what begins with some of these.
            raise RowError("a writer's name begins with a letter or a digit")
        composed = normalise_letter(letter)
        label = label_of(self._labels.index(composed)) if composed in self._labels else 0
        values = {LETTER: letter, LABEL: str(label), FILE: file, BACKGROUND: _PAPER, WRITER: writer}
        return parse_row(0, tuple(values.get(column, "") for column in csv_columns()), self._labels)

    def _add(self, record: Record, image: bytes) -> None:
        """Writes the photo, then its row: a row without a photo would stop a run."""
        path = self._layout.images / record.file
        others = {column.name: value for column, value in zip(COLUMNS, record.values, strict=True)}
        row = {LETTER: self._labels[record.class_id], LABEL: label_of(record.class_id), FILE: record.file} | others
        before = self._layout.csv.read_bytes().rstrip(_LINE_END.encode()).decode()
        try:
            write_whole(path, image, durable=True)
            # Anew, and not to its end: whoever reads it meanwhile would see half a row.
            line = _csv_line(row[column] for column in csv_columns())
            write_whole(self._layout.csv, f"{before}{_LINE_END}{line}", durable=True)
        except OSError:
            path.unlink(missing_ok=True)
            raise

    @contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _csv_line(values: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=_LINE_END).writerow(values)
    return text.getvalue()
