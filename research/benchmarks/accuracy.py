"""How often pushed models are right on the test split, and whether their probabilities mean what they say."""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from components.example_gen.images import encode_png
from components.settings import DataSettings
from components.trainer.photos import Photos
from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser
from console.logs import set_up_logs
from core.accuracy import Accuracy
from core.calibration_error import expected_calibration_error
from core.features import BACKGROUNDS, PROBABILITIES, SERVING_SIGNATURE, TEST_SPLIT
from pipeline.predict.model import find_model, load_model
from research.benchmarks.photos import is_right, read_photos
from research.benchmarks.report import DEFAULT_OUTPUT, make_folder, print_table, write_json
from schema.curated import read_labels

Row = dict[str, object]

RESULT_FILE = "accuracy.json"
_BATCH = 256


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the models, prints the tables, writes the JSON, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    models = [find_model(model) for model in flags.models]
    make_folder(flags.output)
    set_up_logs(verbose=False)
    photos = read_photos(flags.data, DataSettings(), (TEST_SPLIT,))[TEST_SPLIT]
    answers = [probabilities_of(model, photos) for model in models]
    rows = [{"model": str(model), **figures(each, photos)} for model, each in zip(models, answers, strict=True)]
    letters = [{"model": row["model"], **by_letter(each, photos)} for row, each in zip(rows, answers, strict=True)]
    rows, letters = with_mean(rows), with_mean(letters)
    write_json(flags.output / RESULT_FILE, "accuracy", [*rows, *letters])
    print_table(f"{len(photos)} photos of the test split", rows)
    print_table("Accuracy of each letter, lowest first", lowest_first(letters[-1]))
    return ExitStatus.DONE


def probabilities_of(model: Path, photos: Photos) -> np.ndarray:
    """Returns what a model serves for photos: float32 [n, 33].

    Raises:
        UserError: If the model cannot be loaded.
    """
    loaded = load_model(model)
    import tensorflow as tf

    serve = loaded.signatures[SERVING_SIGNATURE]
    encoded = [encode_png(pixels) for pixels in photos.pixels]
    batches = [encoded[start : start + _BATCH] for start in range(0, len(encoded), _BATCH)]
    return np.concatenate([serve(image=tf.constant(batch))[PROBABILITIES].numpy() for batch in batches])


def figures(probabilities: np.ndarray, photos: Photos) -> Row:
    """Returns accuracy with its interval (Wilson, 95 %), by paper, and the calibration error.

    Args:
        probabilities: float32 [n, 33], as served.
        photos: What was served.
    """
    right = is_right(probabilities, photos)
    overall = Accuracy(float(right.mean()), len(right))
    low, high = overall.interval_95()
    papers = {name: right[photos.backgrounds == index] for index, name in enumerate(BACKGROUNDS)}
    return {
        "accuracy": overall.value,
        "low": low,
        "high": high,
        **{name: float(each.mean()) for name, each in papers.items() if len(each)},
        "weakest letter": min(by_letter(probabilities, photos).values()),
        "calibration error": expected_calibration_error(probabilities, photos.class_ids),
    }


def by_letter(probabilities: np.ndarray, photos: Photos) -> dict[str, float]:
    """Returns the accuracy of each letter that has photos."""
    right = is_right(probabilities, photos)
    letters = {letter: right[photos.class_ids == index] for index, letter in enumerate(read_labels())}
    return {letter: float(each.mean()) for letter, each in letters.items() if len(each)}


def with_mean(rows: Sequence[Row]) -> list[Row]:
    """Returns the rows, and after several of them their mean."""
    if len(rows) == 1:
        return list(rows)
    numbers = [key for key in rows[0] if key != "model"]
    return [*rows, {"model": "mean", **{key: statistics.mean(float(str(row[key])) for row in rows) for key in numbers}}]


def lowest_first(letters: Row) -> list[Row]:
    """Returns a row for each letter of a row of all, the lowest accuracy first."""
    accuracies = [(float(str(value)), letter) for letter, value in letters.items() if letter != "model"]
    return [{"letter": letter, "accuracy": accuracy} for accuracy, letter in sorted(accuracies)]


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m research.benchmarks.accuracy", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("models", type=Path, nargs="+", metavar="MODEL", help="pushed versions, or folders of versions")
    add("--data", type=Path, required=True, metavar="DIR", help="folder with the CSV and the images")
    add("--output", type=Path, metavar="DIR", default=DEFAULT_OUTPUT, help=f"for {RESULT_FILE} ({DEFAULT_OUTPUT})")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main))
