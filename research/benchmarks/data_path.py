"""Each step of the data path beside the plainest loop; its growth with the data is `scale`'s."""

import argparse
import sys
import tempfile
from pathlib import Path

from components.example_gen.layout import find_layout
from components.example_gen.records import read_records
from console.command import command_main
from pipeline.local.run import SAMPLE_FOLDER
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.report import Results, Row, benchmark, flag
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import read_labels

STEPS = ("example_gen", "statistics_gen", "transform", "training_input")


@benchmark(flag("--data", type=Path, metavar="DIR", help="data folder; without it, generated letters"))
def main(flags: argparse.Namespace) -> Results:
    """Measures each step and each loop in a process of its own."""
    data = (flags.data or write_sample(SAMPLE_FOLDER, Parameters(read_labels()))).resolve()
    photos = len(read_records(find_layout(data), read_labels())[0])
    with tempfile.TemporaryDirectory(dir=flags.output.resolve()) as work:
        rows = measure_steps(data, photos, Path(work))
    return Results(rows, {f"{photos:,} photos, each way in a process of its own, imports apart": rows})


def measure_steps(data: Path, photos: int, work: Path) -> list[Row]:
    """Returns a row for each step and way, for a data folder of so many photos; the steps write to `work`."""
    # Here, since it imports TFX: a mistake in the flags or the CSV must be told before those seconds.
    from research.benchmarks import plain_loops, tfx_steps

    rows: list[Row] = []
    for step in STEPS:
        for way, module in (("TFX", tfx_steps), ("plain loop", plain_loops)):
            measurement = in_fresh_process(getattr(module, step), data, work)
            rows.append(
                {
                    "step": step,
                    "way": way,
                    "seconds": measurement.seconds,
                    "processor seconds": measurement.cpu_seconds,
                    "photos/s": photos / measurement.seconds,
                    "peak MiB": measurement.peak_mib,
                    "of it imports MiB": measurement.before_mib,
                }
            )
    return rows


if __name__ == "__main__":
    sys.exit(command_main(main))
