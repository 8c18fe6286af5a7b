"""How pushed models read photos as people take them: under each change of components/inspector/changes.py."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from components.settings import DataSettings
from console.command import command_main
from core.features import EVAL_SPLIT, SERVING_SIGNATURE, SPLITS, TEST_SPLIT, TRANSFORM_SIGNATURE
from pipeline.predict.model import find_model, load_model
from research.benchmarks.photos import read_stored
from research.benchmarks.report import DATA, Results, benchmark, flag


@benchmark(
    flag("models", type=Path, nargs="+", metavar="MODEL", help="pushed versions, or folders of versions"),
    DATA,
    flag("--split", choices=SPLITS, default=EVAL_SPLIT, help="which photos; test is for figures that are quoted"),
    flag("--photos", type=int, default=330, help="at most so many, drawn at random (330)"),
)
def main(flags: argparse.Namespace) -> Results:
    """Measures each model under each change."""
    models = [find_model(model) for model in flags.models]
    stored = read_stored(flags.data, DataSettings(), (flags.split,))[flags.split]
    # Here, since it imports TFX: what is wrong with the data is told before.
    from components.inspector.component import inspect_changed

    # As the Inspector takes them: it changes those of the test split.
    photos = replace(stored, splits=np.full(len(stored), TEST_SPLIT))
    rows, tables = [], {}
    for model in models:
        signatures = load_model(model).signatures
        serve, transform = signatures[SERVING_SIGNATURE], signatures[TRANSFORM_SIGNATURE]
        measured = inspect_changed(photos, flags.photos, serve, transform)
        table = [{key: value for key, value in vars(each).items() if key != "examples"} for each in measured]
        tables[f"{model}: photos of the {flags.split} split"] = table
        rows += [{"model": str(model), **row} for row in table]
    return Results(rows, tables)


if __name__ == "__main__":
    sys.exit(command_main(main))
