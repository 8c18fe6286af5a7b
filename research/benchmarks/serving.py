"""How fast an exported model answers and how large it is: `python -m research.benchmarks.serving --model FOLDER`."""

import argparse
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from console.command import ExitStatus, command_main, one_line_errors
from console.flags import OneLineParser, whole_number
from console.logs import set_up_logs
from core.features import SERVING_SIGNATURE, TRANSFORM_SIGNATURE
from pipeline.config import Config
from pipeline.predict.model import find_model, load_model
from pipeline.recipes import RECIPES, named
from research.benchmarks.encoded import generated_photos, photos_of
from research.benchmarks.measure import interleaved, latency, throughput
from research.benchmarks.report import DEFAULT_OUTPUT, make_folder, print_table, write_json

Row = dict[str, object]
Read = Callable[[Sequence[bytes]], object]

RESULT_FILE = "serving.json"
BATCHES = (32, 256, 1024)
# By how `what` begins; one table of all would be wider than a screen.
TABLES = {"one photo": "Latency", "batch": "Throughput", "size": "Size"}
SERVED = "served"
DECODING = "decoding"
PILLOW = "Pillow"
PILLOW_AND_KERAS = "Pillow + Keras"
MOST_MS = 5.0
FEWEST_PHOTOS_PER_SECOND = 1500.0
MOST_MB = 10.0
_WARM_UP_CALLS = 20
_WARM_UP_ROUNDS = 2


@one_line_errors
def main(arguments: Sequence[str] | None = None) -> int:
    """Measures a model, prints the table, writes the JSON, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    recipe, model = named(flags.recipe), find_model(flags.model)
    make_folder(flags.output)
    photos = photos_of(flags.photos, max(BATCHES)) if flags.photos else generated_photos(max(BATCHES))
    set_up_logs(verbose=False)
    ways = ways_to_read(model, recipe)
    rows = [*one_photo(ways, photos, flags.calls), *batches(ways, photos, flags.rounds), size(model)]
    write_json(flags.output / RESULT_FILE, "serving", rows)
    for kind, title in TABLES.items():
        print_table(f"{title} of {model}", [row for row in rows if str(row["what"]).startswith(kind)])
    if PILLOW_AND_KERAS not in ways:
        print(f"{PILLOW_AND_KERAS} is left out: {model} is not the network of recipe {recipe.recipe}; give --recipe")
    return ExitStatus.DONE


def ways_to_read(model: Path, recipe: Config) -> dict[str, Read]:
    """Returns the ways that are compared, by name.

    `SERVED` and `PILLOW_AND_KERAS` do the same work, but that the latter takes no second look; `DECODING` and `PILLOW`
    do only the decoding in it.

    Args:
        model: A SavedModel.
        recipe: That it was trained with; `PILLOW_AND_KERAS` is left out if its network is not the model's.

    Raises:
        UserError: If the model cannot be loaded.
    """
    loaded = load_model(model)
    import tensorflow as tf

    from research.benchmarks.plain import decoded, plain_network, read_letters

    def serve(name: str, photos: Sequence[bytes]) -> Any:
        # The model is held by this closure, since a signature does not keep it alive.
        return loaded.signatures[name](image=tf.constant(photos))

    ways: dict[str, Read] = {
        SERVED: partial(serve, SERVING_SIGNATURE),
        DECODING: partial(serve, TRANSFORM_SIGNATURE),
        PILLOW: decoded,
    }
    network = plain_network(recipe.model, model)
    if network is not None:
        ways[PILLOW_AND_KERAS] = lambda photos: read_letters(network, decoded(photos))
    return ways


def one_photo(ways: dict[str, Read], photos: Sequence[bytes], calls: int) -> list[Row]:
    """Returns a row for each way with the milliseconds of one photo, after some calls that do not count.

    Each call has the next photo: a doubtful one, which is looked at again, takes several times as long as another.
    """
    turns = {name: itertools.cycle(photos) for name in ways}
    times = interleaved(
        {name: partial(_read_next, read, turns[name]) for name, read in ways.items()}, calls, _WARM_UP_CALLS
    )
    rows: list[Row] = [{"what": "one photo", "way": name, **latency(of)} for name, of in times.items()]
    return [judged(row, "median ms", MOST_MS) if row["way"] == SERVED else row for row in rows]


def _read_next(read: Read, turn: Iterator[bytes]) -> Any:
    return read([next(turn)])


def batches(ways: dict[str, Read], photos: Sequence[bytes], rounds: int) -> list[Row]:
    """Returns a row for each size of batch and each way, with its photos per second."""
    rows: list[Row] = []
    for count in BATCHES:
        calls = {name: partial(read, photos[:count]) for name, read in ways.items()}
        for name, times in interleaved(calls, rounds, _WARM_UP_ROUNDS).items():
            row: Row = {"what": f"batch of {count}", "way": name, **throughput(times, count)}
            rows.append(judged(row, "photos/s", FEWEST_PHOTOS_PER_SECOND, at_least=True) if name == SERVED else row)
    return rows


def size(model: Path) -> Row:
    """Returns the row of a SavedModel's size on disk, in MB of 10^6 bytes."""
    files = (path.stat().st_size for path in model.rglob("*") if path.is_file())
    return judged({"what": "size on disk", "way": SERVED, "MB": sum(files) / 1e6}, "MB", MOST_MB)


def judged(row: Row, column: str, bound: float, *, at_least: bool = False) -> Row:
    """Returns a row with its target, and whether the value in `column` meets it."""
    value = float(str(row[column]))
    met = value >= bound if at_least else value <= bound
    return {**row, "target": f"{'at least' if at_least else 'at most'} {bound:,g}", "met": "yes" if met else "no"}


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m research.benchmarks.serving", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--model", type=Path, required=True, metavar="DIR", help="a pushed version, or the folder of versions")
    add("--photos", type=Path, metavar="DIR", help="folder with PNGs of 32x32 pixels; without it, generated letters")
    add("--output", type=Path, metavar="DIR", default=DEFAULT_OUTPUT, help=f"for {RESULT_FILE} ({DEFAULT_OUTPUT})")
    add("--recipe", metavar="NAME", default="default", help=f"the model's: {', '.join(RECIPES)}")
    add("--calls", type=whole_number, metavar="N", default=1000, help="with one photo (1000)")
    add("--rounds", type=whole_number, metavar="N", default=7, help="with each size of batch (7)")
    return parser


if __name__ == "__main__":
    sys.exit(command_main(main))
