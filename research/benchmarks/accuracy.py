"""How often pushed models are right on the test split, and whether their probabilities mean what they say."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from components.settings import DataSettings
from components.trainer.photos import Photos
from console.command import command_main
from core.accuracy import Accuracy, expected_calibration_error
from core.features import BACKGROUNDS, SERVING_SIGNATURE, TEST_SPLIT
from pipeline.predict.model import find_model, load_model
from research.benchmarks.photos import as_trained_on, is_right, read_stored
from research.benchmarks.report import DATA, Results, Row, benchmark, flag
from schema.curated import read_labels


@benchmark(
    flag("models", type=Path, nargs="+", metavar="MODEL", help="pushed versions, or folders of versions"),
    DATA,
)
def main(flags: argparse.Namespace) -> Results:
    """Measures the models, each letter's accuracy among it, and their mean."""
    models = [find_model(model) for model in flags.models]
    stored = read_stored(flags.data, DataSettings(), (TEST_SPLIT,))[TEST_SPLIT]
    photos = as_trained_on(stored)
    answers = [(str(model), probabilities_of(model, stored.images)) for model in models]
    rows = with_mean([{"model": model, **figures(each, photos)} for model, each in answers])
    letters = with_mean([{"model": model, **by_letter(each, photos)} for model, each in answers])
    tables = {
        f"{len(photos)} photos of the test split": rows,
        "Accuracy of each letter, lowest first": lowest_first(letters[-1]),
    }
    return Results([*rows, *letters], tables)


def probabilities_of(model: Path, images: Sequence[bytes]) -> np.ndarray:
    """Returns what a model serves for encoded photos: float32 [n, 33].

    Raises:
        UserError: If the model cannot be loaded.
    """
    loaded = load_model(model)
    # Here, since it imports TFX: what is wrong with a model is told before.
    from components.inspector import component as inspector

    return inspector.probabilities_of(loaded.signatures[SERVING_SIGNATURE], images)


def figures(probabilities: np.ndarray, photos: Photos) -> Row:
    """Returns accuracy with its interval (Wilson, 95 %), by paper, and the calibration error.

    The probabilities are those served for the photos: float32 [n, 33].
    """
    right = is_right(probabilities, photos)
    overall = Accuracy(float(right.mean()), len(right))
    low, high = overall.interval_95()
    return {
        "accuracy": overall.value,
        "low": low,
        "high": high,
        **_means(right, photos.backgrounds, BACKGROUNDS),
        "weakest letter": min(by_letter(probabilities, photos).values()),
        "calibration error": expected_calibration_error(probabilities, photos.class_ids),
    }


def by_letter(probabilities: np.ndarray, photos: Photos) -> dict[str, float]:
    """Returns the accuracy of each letter that has photos."""
    return _means(is_right(probabilities, photos), photos.class_ids, read_labels())


def _means(right: np.ndarray, indices: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    means = pd.Series(right).groupby(indices).mean()
    return {names[index]: mean for index, mean in zip(means.index.tolist(), means.tolist(), strict=True)}


def with_mean(rows: Sequence[Row]) -> list[Row]:
    """Returns the rows, and after several of them their mean."""
    mean = pd.DataFrame(rows).drop(columns="model").mean()
    return [*rows, *([{"model": "mean", **mean}] if len(rows) > 1 else [])]


def lowest_first(letters: Row) -> list[Row]:
    """Returns a row for each letter of a row of all, the lowest accuracy first."""
    accuracies = [(float(str(value)), letter) for letter, value in letters.items() if letter != "model"]
    return [{"letter": letter, "accuracy": accuracy} for accuracy, letter in sorted(accuracies)]


if __name__ == "__main__":
    sys.exit(command_main(main))
