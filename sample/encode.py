"""The bytes of a sample's files: PNGs, drawn by several processes, and the CSV."""

import csv
import io
import multiprocessing
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product

from PIL import Image

from components.letters import ALPHABET
from sample.generate import Photo, draw_photo
from sample.parameters import Parameters
from sample.workers import depend_on_parent

# A photo's row of the CSV and the bytes of its PNG.
EncodedPhoto = tuple[tuple[str, ...], bytes]


def encoded_photos(parameters: Parameters, workers: int) -> Iterator[EncodedPhoto]:
    """Yields every photo of a sample, letter by letter, whatever the number of workers.

    Args:
        parameters: What the sample is made from.
        workers: Processes that draw; 1 draws in this one.
    """
    encode = partial(encoded_photo, parameters)
    numbered = product(ALPHABET, range(parameters.per_letter))
    if workers == 1:
        yield from map(encode, numbered)
        return
    # Forked workers need not import the caller's main module again, which may import TFX for 16 s.
    with multiprocessing.get_context("fork").Pool(workers, depend_on_parent) as pool:
        # A whole letter at a time, so that only one worker makes that letter's distance fields.
        yield from pool.imap(encode, numbered, chunksize=parameters.per_letter)


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
