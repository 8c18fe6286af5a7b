"""How pushed models read photos as people take them: under each change of components/inspector/changes.py."""

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np

from components.settings import DataSettings
from console.command import command_main
from core.features import EVAL_SPLIT, SERVING_SIGNATURE, SPLITS
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
    from components.inspector.component import probabilities_of
    from components.inspector.robustness import measure_robustness

    chosen = np.random.default_rng(0).permutation(len(stored))[: flags.photos]
    images, class_ids = [stored.images[row] for row in chosen], stored.class_ids[chosen]
    rows, tables = [], {}
    for model in models:
        serve = load_model(model).signatures[SERVING_SIGNATURE]
        measured = measure_robustness(images, class_ids, partial(probabilities_of, serve))
        tables[f"{model}: {len(chosen)} photos of the {flags.split} split"] = [each._asdict() for each in measured]
        rows += [{"model": str(model), **each._asdict()} for each in measured]
    return Results(rows, tables)


if __name__ == "__main__":
    sys.exit(command_main(main))
