"""The bytes of a sample's files: PNGs, drawn by several processes, and the CSV."""

import csv
import io
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import product

from PIL import Image

from components.letters import ALPHABET
from sample.generate import Photo, draw_photo
from sample.parameters import Parameters

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


def depend_on_parent() -> None:
    """Prepares a worker: its parent's signals and its parent's end are the worker's end too."""
    leave_interrupts_to_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends the worker when its parent is killed: a forked worker holds whatever lock its parent held."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def leave_interrupts_to_parent() -> None:
    """Keeps a worker from printing a traceback on Ctrl-C, or when the parent ends it, which is by SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A forked worker has the parent's handler, which may raise, and tells the parent of signals.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
