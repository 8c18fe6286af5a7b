"""Each step of the data path beside the plainest loop; its growth with the data is `scale`'s."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser
from console.logs import set_up_logs
from pipeline.local.run import SAMPLE_FOLDER
from research.benchmarks.measure import Measurement, in_fresh_process
from research.benchmarks.report import DEFAULT_OUTPUT, make_folder, print_table, write_json
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import read_labels

STEPS = ("example_gen", "statistics_gen", "transform", "training_input")
_RESULTS_FILE = "data_path.json"

Row = dict[str, object]


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints a table and writes it as JSON; returns the exit status."""
    flags = _parser().parse_args(arguments)
    data = (flags.data or write_sample(SAMPLE_FOLDER, Parameters(read_labels()))).resolve()
    photos = len(read_records(find_layout(data), read_labels())[0])
    make_folder(flags.output)
    # Before TensorFlow is imported; the processes that are measured inherit what this sets.
    set_up_logs(verbose=False)
    with tempfile.TemporaryDirectory(dir=flags.output.resolve()) as work:
        steps = measure_steps(data, photos, Path(work))
        print_table(f"{photos:,} photos, each way in a process of its own, imports apart", steps)
    write_json(flags.output / _RESULTS_FILE, "data path", steps)
    return ExitStatus.DONE


def measure_steps(data: Path, photos: int, work: Path) -> list[Row]:
    """Returns a row for each step and way.

    Args:
        data: The data folder.
        photos: The number of its photos.
        work: A folder for what the steps write.
    """
    # Here, since it imports TFX: a mistake in the flags or the CSV must be told before those seconds.
    from research.benchmarks import plain_loops, tfx_steps

    rows = []
    for step in STEPS:
        for way, module in (("TFX", tfx_steps), ("plain loop", plain_loops)):
            measurement = in_fresh_process(getattr(module, step), data, work)
            rows.append({"step": step, "way": way, **figures(measurement, photos)})
    return rows


def figures(measurement: Measurement, photos: int) -> Row:
    """Returns the figures of a measurement by their columns' names."""
    return {
        "seconds": measurement.seconds,
        "processor seconds": measurement.cpu_seconds,
        "photos/s": photos / measurement.seconds,
        "peak MiB": measurement.peak_mib,
        "of it imports MiB": measurement.before_mib,
    }


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m research.benchmarks.data_path", description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder; without it, generated letters")
    parser.add_argument("--output", type=Path, metavar="DIR", default=DEFAULT_OUTPUT, help="for the JSON")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main))
