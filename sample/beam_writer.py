"""Writes a sample with Apache Beam, for as many photos as its workers can draw; the bytes are `write_sample`'s."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import PipelineOptions

from components.beam_runner import LOCAL_RUNNER
from core.columns import required_columns
from core.errors import UserError
from core.features import CSV_FILE_NAME, IMAGE_FOLDER
from core.labels import ALPHABET
from pipeline.beam.options import read_options
from sample.encode import EncodedPhoto, csv_bytes, encoded_photo
from sample.errors import SampleError
from sample.parameters import Parameters
from sample.writer import write_whole

# A process for each core.
_DEFAULT_OPTIONS = (
    f"--runner={LOCAL_RUNNER}",
    "--direct_running_mode=multi_processing",
    "--direct_num_workers=0",
    # Beam asks pip for a list of what is installed, and .venv has no pip.
    "--experiments=disable_logging_submission_environment",
)
# Photos of one letter that a worker draws in one go, and holds in memory: less than a MiB.
_SHARE = 500
_OPTION = re.compile(r"--[a-z][a-z0-9_]*(=.*)?", re.DOTALL)
# The runner of a person's choice may have a server with options of its own.
_RUNNER = re.compile(r"--runner=")
_LINE_END = b"\r\n"

# The share's place in the CSV, its letter, and the numbers of its photos.
Share = tuple[int, str, range]


def write_sample_with_beam(directory: Path | str, parameters: Parameters, options: Sequence[str] = ()) -> Path:
    """Writes a sample, or returns at once if `directory` already holds it.

    Args:
        directory: The folder to make, where all workers can write.
        parameters: What the sample is made from.
        options: Beam's, which come after the defaults.

    Returns:
        `directory`, absolute.

    Raises:
        SampleError: If an option is wrong, `directory` exists and is not this sample, or Beam cannot do it.
    """
    parsed = parse_options(options)
    return write_whole(directory, parameters, partial(_write_files, parameters=parameters, options=parsed))


def parse_options(words: Sequence[str]) -> PipelineOptions:
    """Returns Beam's options, the defaults among them.

    Args:
        words: `--name=value` or `--name` each.

    Raises:
        SampleError: If a word is no option, or a name or a value is wrong.
    """
    for word in words:
        if not _OPTION.fullmatch(word):
            raise SampleError(f"{word}: write Beam's options as --name=value")
    try:
        return read_options([*_DEFAULT_OPTIONS, *words], names_known=not any(map(_RUNNER.match, words)))
    except UserError as error:
        raise SampleError(str(error)) from None


def shares(per_letter: int) -> list[Share]:
    """Returns all photos of a sample in shares, in the order of the CSV."""
    starts = product(ALPHABET, range(0, per_letter, _SHARE))
    return [
        (place, letter, range(start, min(start + _SHARE, per_letter))) for place, (letter, start) in enumerate(starts)
    ]


def draw_share(share: Share, parameters: Parameters) -> tuple[int, list[EncodedPhoto]]:
    """Returns a share's place, and its photos' rows and PNGs."""
    place, letter, numbers = share
    return place, [encoded_photo(parameters, (letter, number)) for number in numbers]


def write_share(drawn: tuple[int, list[EncodedPhoto]], folder: str) -> None:
    """Writes the PNGs of a share, and its part of the CSV; done twice, it writes the same once more."""
    place, photos = drawn
    rows = [row for row, _ in photos]
    for row, png in photos:
        (Path(folder) / IMAGE_FOLDER / row[required_columns().index("file")]).write_bytes(png)
    _part(Path(folder), place).write_bytes(csv_bytes(rows))


def _write_files(directory: Path, parameters: Parameters, options: PipelineOptions) -> None:
    (directory / IMAGE_FOLDER).mkdir(parents=True)
    todo = shares(parameters.per_letter)
    try:
        with beam.Pipeline(options=options) as pipeline:
            (
                pipeline
                | "Shares" >> beam.Create(todo)
                | "Draw" >> beam.Map(draw_share, parameters)
                | "Write" >> beam.Map(write_share, str(directory))
            )
    except (RuntimeError, ValueError, ImportError, grpc.RpcError, grpc.FutureTimeoutError) as error:
        # What goes wrong in a worker reaches this process as the text of a traceback.
        said = str(error).strip().splitlines() or ["its job server does not answer"]
        raise SampleError(f"Beam could not draw the letters: {said[-1]}") from error
    parts = [_part(directory, place) for place, _, _ in todo]
    lines = _LINE_END.join([csv_bytes([required_columns()]), *(part.read_bytes() for part in parts)])
    (directory / CSV_FILE_NAME).write_bytes(lines)
    for part in parts:
        part.unlink()


def _part(directory: Path, place: int) -> Path:
    return directory / f"{CSV_FILE_NAME}.{place}"
