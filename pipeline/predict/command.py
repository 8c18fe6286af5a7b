"""The command `predict.py`: the letters that a pushed model reads in photos, as lines or as a table."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.command import ExitStatus, one_line_errors
from console.flags import OneLineParser, local_folder
from console.logs import set_up_logs
from core.errors import UserError, printable
from pipeline.beam.engines import (
    JOB_SERVER_ENGINES,
    add_beam_flags,
    beam_settings,
    check_servers,
    local_args,
    read_options,
)
from pipeline.predict.inputs import Source, find_sources
from pipeline.predict.model import NO_LETTER, find_model, labels_of, load_model, read_letters
from pipeline.predict.output import bad_table, check_output
from pipeline.predict.photos import photos_in

if TYPE_CHECKING:
    import pandas as pd


@one_line_errors
def predict_main(arguments: Sequence[str]) -> int:
    """Prints `file<TAB>letter<TAB>probability` for each photo, `-` and why for no letter; or writes a table."""
    flags = _flags(arguments)
    return _write(flags) if flags.output else _print(flags)


def _print(flags: argparse.Namespace) -> int:
    model, sources = _given(flags)
    photos = (photo for source in sources for photo in photos_in(source))
    read = bad = 0
    for reading in read_letters(load_model(model), photos):
        if reading.reason == NO_LETTER:
            read += 1
            print(f"{printable(reading.file)}\t-\t{reading.probability:.4f}\t{reading.reason}")
        elif reading.reason:
            bad += 1
            print(f"{printable(reading.file)}: {reading.reason}", file=sys.stderr)
        else:
            read += 1
            print(f"{printable(reading.file)}\t{reading.letter}\t{reading.probability:.4f}")
    _check_any(read + bad, flags)
    return ExitStatus.USER_ERROR if bad else ExitStatus.DONE


def _write(flags: argparse.Namespace) -> int:
    settings = beam_settings(flags)
    beam_args = local_args(settings)
    output = check_output(flags.output, flags.inputs)
    check_servers(settings.engine, beam_args)
    model, sources = _given(flags)
    # Here, since they import Beam and TensorFlow: what can be seen in the flags is told before those seconds.
    from pipeline.beam.loss import loss_told
    from pipeline.predict.table import write_tables

    options = read_options(beam_args, names_known=settings.engine not in JOB_SERVER_ENGINES)
    # Here too, where it can be told in a line, and not only by Beam's workers.
    load_model(model)
    with loss_told(settings.engine, kept=""):
        readings = write_tables(model.resolve(), sources, output, options)
    _check_any(len(readings), flags)
    print(_told(readings, flags.output))
    return ExitStatus.DONE


def _given(flags: argparse.Namespace) -> tuple[Path, list[Source]]:
    """Returns the model and what is read, and quiets TensorFlow, which is imported next."""
    model = find_model(Path(flags.model))
    sources = find_sources(flags.inputs, labels_of(model))
    set_up_logs(verbose=False)
    return model, sources


def _check_any(photos: int, flags: argparse.Namespace) -> None:
    """Checks that there were photos, since TFRecords may be empty.

    Raises:
        UserError: If there was none.
    """
    if not photos:
        raise UserError(f"{', '.join(flags.inputs)}: no photos there")


def _told(readings: "pd.DataFrame", output: str) -> str:
    bad = int((readings["reason"] != "").sum())
    # A photo of which no letter is read has one that is known all the same.
    labelled = readings[readings["reason"].isin(["", NO_LETTER]) & (readings["truth"] != "")]
    lines = [f"{printable(output)}: {len(readings) - bad} photos"]
    if len(labelled):
        accuracy = (labelled["letter"] == labelled["truth"]).mean()
        lines.append(f"accuracy: {accuracy:.2%} of {len(labelled)} photos whose letter is known")
    if bad:
        lines.append(f"{printable(bad_table(output))}: {bad} that no letter could be read from")
    return "\n".join(lines)


def _flags(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    flags = parser.parse_args(arguments)
    if not flags.output and (flags.beam or flags.beam_option):
        parser.error("--beam and --beam-option go with --output")
    return flags


def _local(text: str) -> str:
    # Text: what is printed for each photo is its name as it was given, which `Path` would shorten.
    local_folder(text, "; give a file or folder of this machine, and copy there what lies elsewhere")
    return os.path.expanduser(text)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="predict.py",
        description="Reads letters from photos. A model is a program with your rights: give one that you trust.",
    )
    parser.add_argument("model", type=_local, metavar="MODEL", help="a pushed version, or the folder of versions")
    parser.add_argument(
        "inputs",
        type=_local,
        nargs="+",
        metavar="INPUT",
        help="PNG or JPEG files, globs, folders of them, data folders (the photos of their CSV), or TFRecords",
    )
    parser.add_argument(
        "--output",
        type=_local,
        metavar="TABLE",
        help="a .csv or .parquet file in place of lines, with the accuracy where letters are known; photos that no "
        "letter could be read from go to NAME.bad.csv",
    )
    add_beam_flags(parser)
    return parser
