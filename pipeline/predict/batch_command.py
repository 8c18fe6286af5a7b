"""The command `predict_batch.py`."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.exit_status import ExitStatus
from console.flags import OneLineParser
from console.keras_version import use_keras_3
from console.logs import set_up_logs
from core.errors import UserError, printable
from pipeline.beam.engines import JOB_SERVER_ENGINES, check_servers, local_args
from pipeline.beam.flags import add_beam_flags, beam_settings
from pipeline.predict.command import find_model, model_folder
from pipeline.predict.destination import bad_table, check_apart, find_destination
from pipeline.predict.request import find_inputs

if TYPE_CHECKING:
    from pipeline.predict.run import Tally


def predict_batch_main(arguments: Sequence[str]) -> int:
    """Writes a table with the letter of each photo, and prints how many there were; returns the exit status."""
    flags = _parser().parse_args(arguments)
    try:
        print(_predict(flags))
    except UserError as error:
        print(error, file=sys.stderr)
        return ExitStatus.USER_ERROR
    return ExitStatus.DONE


def _predict(flags: argparse.Namespace) -> str:
    settings = beam_settings(flags)
    beam_args = local_args(settings)
    destination = find_destination(flags.output)
    model = find_model(flags.model).resolve()
    check_apart(flags.input, flags.output)
    check_servers(settings.engine, beam_args)
    inputs = find_inputs(flags.input)
    set_up_logs(verbose=False)
    use_keras_3()
    # Here, since they import Beam and TensorFlow: what can be seen in the flags is told before those seconds.
    from pipeline.beam.loss import loss_told
    from pipeline.beam.options import read_options
    from pipeline.predict.command import load_model
    from pipeline.predict.run import predict

    options = read_options(beam_args, names_known=settings.engine not in JOB_SERVER_ENGINES)
    # Here too, where it can be told in a line, and not only by Beam's workers.
    load_model(model)
    with loss_told(settings.engine, kept=""):
        tally = predict(model, inputs, destination, options)
    if not tally.read + tally.bad:
        raise UserError(f"{flags.input}: no photos there")
    return _told(tally, flags.output)


def _told(tally: "Tally", output: str) -> str:
    lines = [f"{printable(output)}: {tally.read} photos"]
    if labelled := tally.right + tally.wrong:
        lines.append(f"accuracy: {tally.right / labelled:.2%} of {labelled} photos whose letter is known")
    if tally.bad:
        lines.append(f"{printable(bad_table(output))}: {tally.bad} that no letter could be read from")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="predict_batch.py",
        description="Reads letters from any number of photos into a table, on Beam. A model is a program with your "
        "rights: give one that you trust.",
    )
    parser.add_argument("model", type=model_folder, metavar="MODEL", help="a pushed version, or the folder of versions")
    parser.add_argument(
        "input",
        metavar="INPUT",
        help="images: a data folder (those of its CSV, with the accuracy), a folder, a file, a glob, or TFRecords",
    )
    parser.add_argument("output", metavar="OUTPUT", help="a .csv or a .parquet file; bad images go to NAME.bad.csv")
    add_beam_flags(parser)
    return parser
