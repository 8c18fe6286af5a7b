"""The data path on 1, 10 or 100 times 13,200 generated letters, photo by photo.

Rows of earlier calls are kept in the JSON and in the plot, unless they are measured anew: `--times 100` takes hours.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from components.settings import BeamSettings
from console.command import command_main
from console.flags import whole_number
from core.errors import UserError
from pipeline.beam.engines import add_beam_flags, beam_settings, check_servers, local_args
from research.benchmarks.data_path import STEPS
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.report import DEFAULT_OUTPUT, Results, Row, benchmark, flag, make_folder, write_json
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import read_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# About as many as the real photos, of which there are 430 of each letter.
_PER_LETTER = 400
_PANELS = ("processor ms per photo", "peak MiB")


@benchmark(
    flag("--times", type=whole_number, nargs="+", default=[1, 10], metavar="N", help="times 13,200 letters (1 10)"),
    flag("--steps", nargs="+", choices=STEPS, default=STEPS, help="all of them by default"),
    flag("--work", type=Path, metavar="DIR", default=DEFAULT_OUTPUT / "scale", help="for letters and what steps write"),
    add_beam_flags,
)
def main(flags: argparse.Namespace) -> Results:
    """Measures one size after the other, and draws the plot."""
    beam = beam_settings(flags)
    # Wrong options, and servers that do not answer, before anything is drawn.
    check_servers(beam.engine, local_args(beam))
    make_folder(flags.work)
    results = flags.output / "scale.json"
    rows = read_rows(results)
    for times in flags.times:
        data = write_sample(flags.work / f"data-{times}", Parameters(read_labels(), _PER_LETTER * times))
        work = flags.work / f"work-{times}-{beam.engine}"
        rows = merged(rows, measure(data, work, times, beam, flags.steps))
        # After each size: the next takes hours.
        write_json(results, "scale", rows)
        scale_figure(rows).savefig(results.with_suffix(".svg"))
    return Results(rows, {"Each step in a process of its own, imports apart": rows})


def measure(data: Path, work: Path, times: int, beam: BeamSettings, steps: Sequence[str]) -> list[Row]:
    """Returns a row for each step, for a data folder of `times` times as many photos as the smallest.

    Steps are functions of research/benchmarks/tfx_steps.py, measured in their order there: each reads in `work` what
    those before it wrote.

    Raises:
        UserError: If a step needs what one wrote that is neither among `steps` nor was measured before.
    """
    # Here, since it imports TFX: a mistake in the flags must be told before those seconds.
    from research.benchmarks import tfx_steps

    photos = _PER_LETTER * times * len(read_labels())
    rows = []
    for step in sorted(steps, key=STEPS.index):
        measurement = in_fresh_process(getattr(tfx_steps, step), data, work, local_args(beam))
        rows.append(
            {
                "step": step,
                "engine": beam.engine,
                "times": times,
                "photos": photos,
                "seconds": measurement.seconds,
                "processor ms per photo": 1e3 * measurement.cpu_seconds / photos,
                "photos/s": photos / measurement.seconds,
                "peak MiB": measurement.peak_mib,
            }
        )
    return rows


def merged(known: Sequence[Row], fresh: Sequence[Row]) -> list[Row]:
    """Returns all rows, ordered by step, engine and size; of two of the same, the fresh one."""
    by_key = {(row["step"], row["engine"], row["times"]): row for row in [*known, *fresh]}
    return sorted(by_key.values(), key=lambda row: (STEPS.index(str(row["step"])), str(row["engine"]), row["times"]))


def read_rows(path: Path) -> list[Row]:
    """Returns the rows that an earlier call wrote, or none.

    Raises:
        UserError: If the file is no result of this benchmark.
    """
    if not path.exists():
        return []
    try:
        rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))["results"]
        return merged([], rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: no result of this benchmark; delete it or choose another --output") from error


def scale_figure(rows: Sequence[Mapping[str, Any]]) -> "Figure":
    """Returns the plot of speed and memory, a line for each step and engine, of rows as `merged` returns them."""
    from matplotlib.figure import Figure

    # Not through pyplot, which keeps every figure and looks for a display.
    figure = Figure(figsize=(10, 4.5), layout="constrained")
    for axes, column in zip(figure.subplots(1, len(_PANELS)), _PANELS, strict=True):
        for (step, engine), line in pd.DataFrame(rows).groupby(["step", "engine"], sort=False):
            axes.plot(line["photos"], line[column], marker="o", label=f"{step}, {engine}")
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("photos")
        axes.set_ylabel(column)
    axes.legend(loc="upper left")
    return figure


if __name__ == "__main__":
    sys.exit(command_main(main))
