"""Each step of the data path beside the plainest loop, and ExampleGen's growth."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from console.command import command_main, one_line_errors
from console.exit_status import ExitStatus
from console.flags import OneLineParser, whole_number
from console.logs import set_up_logs
from pipeline.local.run import SAMPLE_FOLDER
from research.benchmarks.command_line import DEFAULT_OUTPUT, make_folder
from research.benchmarks.measure import Measurement, in_fresh_process
from research.benchmarks.report import print_table, write_json
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import read_labels

STEPS = ("example_gen", "statistics_gen", "transform", "training_input")
GROWTH = 10
_RESULTS_FILE = "data_path.json"

Row = dict[str, object]


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints two tables and writes them as JSON; returns the exit status."""
    flags = _parser().parse_args(arguments)
    data = (flags.data or write_sample(SAMPLE_FOLDER, Parameters(read_labels()))).resolve()
    photos = len(read_records(find_layout(data), read_labels())[0])
    make_folder(flags.output)
    # Before TensorFlow is imported; the processes that are measured inherit what this sets.
    set_up_logs(verbose=False)
    with tempfile.TemporaryDirectory(dir=flags.output.resolve()) as work:
        steps = measure_steps(data, photos, Path(work) / "steps")
        print_table(f"{photos:,} photos, each way in a process of its own, imports apart", steps)
        generated = write_sample(SAMPLE_FOLDER, Parameters(read_labels()))
        growth = measure_growth(generated, Path(work) / "growth", flags.growth)
        print_table("ExampleGen's growth with the number of generated photos", growth)
    write_json(flags.output / _RESULTS_FILE, "data path", [*steps, *growth])
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


def measure_growth(sample: Path, work: Path, times: int) -> list[Row]:
    """Returns a row of ExampleGen on noisy copies of a sample, one on `times` as many, and their ratios."""
    from research.benchmarks.grown import grow
    from research.benchmarks.tfx_steps import example_gen

    return growth_rows([_one_growth(grow, example_gen, sample, work / str(factor), factor) for factor in (1, times)])


def _one_growth(grow: Callable, example_gen: Callable, sample: Path, work: Path, factor: int) -> Row:
    data = work / "data"
    photos = grow(sample, data, factor)
    measurement = in_fresh_process(example_gen, data, work)
    return {"step": "example_gen", "way": f"{photos:,} generated photos", **figures(measurement, photos)}


def growth_rows(rows: list[Row]) -> list[Row]:
    """Returns the two rows, and a third of how many times as large the second's figures are."""
    small, large = rows
    ratios = {key: _number(large[key]) / _number(small[key]) for key in small if key not in ("step", "way")}
    return [small, large, {"step": "example_gen", "way": "ratio", **ratios}]


def figures(measurement: Measurement, photos: int) -> Row:
    """Returns the figures of a measurement by their columns' names."""
    return {
        "seconds": measurement.seconds,
        "processor seconds": measurement.cpu_seconds,
        "photos/s": photos / measurement.seconds,
        "peak MiB": measurement.peak_mib,
        "of it imports MiB": measurement.before_mib,
    }


def _number(value: object) -> float:
    assert isinstance(value, float)
    return value


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m research.benchmarks.data_path", description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder; without it, generated letters")
    parser.add_argument("--output", type=Path, metavar="DIR", default=DEFAULT_OUTPUT, help="for the JSON")
    parser.add_argument("--growth", type=whole_number, metavar="N", default=GROWTH, help="times the letters (10)")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main))
