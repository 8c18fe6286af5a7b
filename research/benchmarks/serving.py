"""How fast an exported model answers, beside Pillow and the Keras network alone, and how large it is."""

import argparse
import io
import itertools
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from components.example_gen.images import ImageError, decode_image, encode_png, read_file
from console.command import command_main
from console.flags import whole_number
from core.errors import UserError
from core.features import IMAGE_SHAPE, SERVING_SIGNATURE, TRANSFORM_SIGNATURE
from pipeline.config import Config
from pipeline.predict.model import find_model, load_model
from pipeline.recipes import RECIPES, named
from research.benchmarks.measure import interleaved, latency, throughput
from research.benchmarks.report import Results, Row, benchmark, flag
from sample.parameters import ALL_HANDS, Parameters
from sample.photos import draw_squares
from schema.curated import read_labels

Read = Callable[[Sequence[bytes]], object]

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
_SEED = 1
_WARM_UP_CALLS = 20
_WARM_UP_ROUNDS = 2


@benchmark(
    flag("--model", type=Path, required=True, metavar="DIR", help="a pushed version, or the folder of versions"),
    flag("--photos", type=Path, metavar="DIR", help="folder with PNGs of 32x32 pixels; without it, generated letters"),
    flag("--recipe", metavar="NAME", default="default", help=f"the model's: {', '.join(RECIPES)}"),
    flag("--calls", type=whole_number, metavar="N", default=1000, help="with one photo (1000)"),
    flag("--rounds", type=whole_number, metavar="N", default=7, help="with each size of batch (7)"),
)
def main(flags: argparse.Namespace) -> Results:
    """Measures a model beside other ways to read the same photos."""
    recipe, model = named(flags.recipe), find_model(flags.model)
    photos = photos_of(flags.photos, max(BATCHES)) if flags.photos else generated_photos(max(BATCHES))
    ways = ways_to_read(model, recipe)
    if PILLOW_AND_KERAS not in ways:
        print(f"{PILLOW_AND_KERAS} is left out: {model} is not the network of recipe {recipe.recipe}; give --recipe")
    rows = [*one_photo(ways, photos, flags.calls), *batches(ways, photos, flags.rounds), size(model)]
    tables = {kind: [row for row in rows if str(row["what"]).startswith(kind)] for kind in TABLES}
    return Results(rows, {f"{title} of {model}": tables[kind] for kind, title in TABLES.items()})


def generated_photos(count: int) -> list[bytes]:
    """Returns `count` generated letters as PNGs, always the same."""
    labels = read_labels()
    pixels, _ = draw_squares(Parameters(labels, -(-count // len(labels)), _SEED, ALL_HANDS))
    return [encode_png(photo) for photo in pixels[:count]]


def photos_of(folder: Path, count: int) -> list[bytes]:
    """Returns `count` PNG files' contents; a folder of fewer is gone through again.

    Files of another size than 32x32 are left out: the network takes that size alone, and in the comparisons
    nothing is resized.

    Raises:
        UserError: If the folder cannot be read or holds no such PNG, or one is broken.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; give one with PNG files")
    fitting = (data for path in sorted(folder.rglob("*.[pP][nN][gG]")) if (data := _fitting(path)))
    found = list(itertools.islice(fitting, count))
    if not found:
        raise UserError(f"{folder}: no PNG file of 32x32 pixels in it")
    return list(itertools.islice(itertools.cycle(found), count))


def _fitting(path: Path) -> bytes | None:
    try:
        data = read_file(path)
        return data if decode_image(data).shape == IMAGE_SHAPE else None
    except ImageError as error:
        raise UserError(f"{path}: {error}") from None


def ways_to_read(model: Path, recipe: Config) -> dict[str, Read]:
    """Returns the ways that are compared, by name, for a SavedModel and the recipe that it was trained with.

    `SERVED` and `PILLOW_AND_KERAS` do the same work, but that the latter takes no second look; `DECODING` and `PILLOW`
    do only the decoding in it. `PILLOW_AND_KERAS` is left out if the recipe's network is not the model's.

    Raises:
        UserError: If the model cannot be loaded.
    """
    loaded = load_model(model)
    import tensorflow as tf

    from components.trainer.model import build_model

    def serve(name: str, photos: Sequence[bytes]) -> Any:
        # The model is held by this closure, since a signature does not keep it alive.
        return loaded.signatures[name](image=tf.constant(photos))

    ways: dict[str, Read] = {
        SERVED: partial(serve, SERVING_SIGNATURE),
        DECODING: partial(serve, TRANSFORM_SIGNATURE),
        PILLOW: decoded,
    }
    # Its weights are random, which take the same time as any others.
    network = build_model(recipe.model, len(read_labels()))
    if network.count_params() == parameters(model):
        ways[PILLOW_AND_KERAS] = lambda photos: read_letters(network, decoded(photos))
    return ways


def parameters(model: Path) -> int:
    """Returns the number of float32 values that a SavedModel stores."""
    # Here and not `keras.Model.count_params`: a loaded SavedModel is no Keras model.
    from tensorflow import float32, train

    reader = train.load_checkpoint(str(model / "variables" / "variables"))
    kinds, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
    return sum(int(np.prod(shape)) for name, shape in shapes.items() if kinds[name] == float32)


def decoded(photos: Sequence[bytes]) -> np.ndarray:
    """Returns PNGs of 32x32 pixels as float32 [batch, 32, 32, 3] in [0, 1], decoded one by one with Pillow."""
    # Here, since its module imports TensorFlow.
    from components.finder import PIXEL_SCALE

    pixels = [np.asarray(Image.open(io.BytesIO(photo)).convert("RGB")) for photo in photos]
    return np.stack(pixels).astype(np.float32) * np.float32(PIXEL_SCALE)


def read_letters(network: Any, pixels: np.ndarray) -> np.ndarray:
    """Returns what a Keras network reads in pixels as `decoded` gives them: class ids, int64 [batch]."""
    return np.asarray(network.predict_on_batch(pixels)).mean(axis=1).argmax(axis=1)


def one_photo(ways: dict[str, Read], photos: Sequence[bytes], calls: int) -> list[Row]:
    """Returns a row for each way with the milliseconds of one photo, after some calls that do not count.

    Each call has the next photo: a doubtful one, which is looked at again, takes several times as long as another.
    """
    in_turn = {name: partial(next, map(read, zip(itertools.cycle(photos)))) for name, read in ways.items()}
    times = interleaved(in_turn, calls, _WARM_UP_CALLS)
    rows: list[Row] = [{"what": "one photo", "way": name, **latency(of)} for name, of in times.items()]
    return [judged(row, "median ms", MOST_MS) if row["way"] == SERVED else row for row in rows]


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


if __name__ == "__main__":
    sys.exit(command_main(main))
