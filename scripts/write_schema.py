"""Writes a schema for the labels of a data folder: `python -m scripts.write_schema DATA FILE`, then `--schema FILE`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.example_gen.csv_table import read_rows
from components.example_gen.layout import find_layout
from console.command import ExitStatus, one_line_errors
from console.flags import OneLineParser, local_path
from core.errors import UserError, printable
from core.features import LABEL, LETTER
from core.files import write_whole
from core.labels import FIRST_LABEL, Labels, normalise_letter
from schema.curated import labels_of, read_schema


@one_line_errors
def main(arguments: Sequence[str]) -> int:
    """Writes the schema, and prints its labels."""
    parser = OneLineParser(prog="write_schema", description=__doc__, allow_abbrev=False)
    parser.add_argument("data", type=local_path, metavar="DATA", help="the data folder, whose CSV has every label")
    parser.add_argument(
        "file", type=local_path, metavar="FILE", help="where the schema is written, such as schema/mine.pbtxt"
    )
    flags: argparse.Namespace = parser.parse_args(arguments)
    schema = schema_of(labels_in(find_layout(flags.data).csv))
    try:
        write_whole(flags.file, text_format.MessageToString(schema, as_utf8=True))
    except OSError as error:
        raise UserError(f"{flags.file}: cannot be written: {error.strerror}") from None
    print(f"{printable(flags.file)}: {len(labels_of(schema))} labels: {' '.join(labels_of(schema))}")
    return ExitStatus.DONE


def labels_in(csv: Path) -> Labels:
    """Returns the labels of a CSV in the order of their numbers.

    Raises:
        UserError: If a number stands for two letters, or numbers are missing.
    """
    lines: dict[str, tuple[int, str]] = {}
    for line, _, (letter, label, *_) in read_rows(csv):
        first_line, before = lines.setdefault(label, (line, normalise_letter(letter)))
        if before != normalise_letter(letter):
            raise UserError(f"{csv}, line {line}: label {label} is {letter}, but {before} on line {first_line}")
    wanted = [str(number) for number in range(FIRST_LABEL, FIRST_LABEL + len(lines))]
    if missing := [number for number in wanted if number not in lines]:
        raise UserError(f"{csv}: {len(lines)} labels, and none is {missing[0]}; count them from {FIRST_LABEL} on")
    return tuple(lines[number][1] for number in wanted)


def schema_of(labels: Labels) -> schema_pb2.Schema:
    """Returns the curated schema with other labels.

    Raises:
        UserError: If they are fewer than two, or one is there twice.
    """
    schema = read_schema()
    features = {feature.name: feature for feature in schema.feature}
    features[LABEL].int_domain.max = len(labels) - 1
    [domain] = (domain for domain in schema.string_domain if domain.name == features[LETTER].domain)
    domain.value[:] = labels
    labels_of(schema)
    return schema


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
