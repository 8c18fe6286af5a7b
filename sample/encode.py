"""The bytes of a sample's files: PNGs, drawn by several processes, and the CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from functools import partial

from PIL import Image

from core.labels import ALPHABET
from sample.generate import Photo, draw_photo
from sample.parameters import Parameters
from sample.workers import in_processes

# A photo's row of the CSV and the bytes of its PNG.
EncodedPhoto = tuple[tuple[str, ...], bytes]


def encoded_photos(parameters: Parameters, workers: int) -> Iterator[EncodedPhoto]:
    """Yields every photo of a sample, letter by letter, whatever the number of workers.

    Args:
        parameters: What the sample is made from.
        workers: Processes that draw; 1 draws in this one.

    Raises:
        SampleError: If a process that draws is killed.
    """
    # A whole letter at a time, so that only one worker makes that letter's distance fields.
    encode = partial(_encoded_letter, parameters)
    for photos in map(encode, ALPHABET) if workers == 1 else in_processes(encode, ALPHABET, workers):
        yield from photos


def _encoded_letter(parameters: Parameters, letter: str) -> list[EncodedPhoto]:
    return [encoded_photo(parameters, (letter, number)) for number in range(parameters.per_letter)]


def csv_bytes(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Returns rows as the real CSV has them: UTF-8, CRLF between lines and none after the last."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().removesuffix("\r\n").encode()


def png_bytes(photo: Photo) -> bytes:
    """Returns a photo as an 8-bit RGBA PNG."""
    png = io.BytesIO()
    Image.fromarray(photo.pixels).save(png, "PNG")
    return png.getvalue()


def encoded_photo(parameters: Parameters, numbered: tuple[str, int]) -> EncodedPhoto:
    """Returns the row and the PNG of one (letter, number)."""
    photo = draw_photo(*numbered, seed=parameters.seed, fonts=parameters.fonts)
    row = (photo.letter, str(photo.label), photo.file, str(photo.background))
    return row, png_bytes(photo)
