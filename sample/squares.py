"""Many square pictures at once, for training: drawn by processes of their own, returned as arrays."""

import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from itertools import pairwise
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.features import IMAGE_SHAPE
from core.labels import ALPHABET
from core.project import ROOT
from sample.errors import SampleError
from sample.generate import draw_photo_of_shape
from sample.hands import ALL_HANDS
from sample.parameters import Parameters
from sample.writer import DEFAULT_WORKERS

# Photos are opaque: what follows red, green and blue tells nothing.
_CHANNELS = IMAGE_SHAPE[2]


def draw_squares(
    per_letter: int, seed: int, fonts: tuple[str, ...] = ALL_HANDS, workers: int = DEFAULT_WORKERS
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Returns pictures of every letter, letter by letter: those of `generate`, but all of one size.

    Args:
        per_letter: Pictures of each letter, 1 or more.
        seed: 0 or more; the same seed gives the same pictures.
        fonts: Names in `sample.hands.ALL_HANDS` to choose from.
        workers: Processes that draw; any number gives the same pictures. 1 draws in this one.

    Returns:
        The pictures, uint8 [n, 32, 32, 3], and their class ids, int64 [n].

    Raises:
        SampleError: If a parameter is wrong, or a process that draws fails.
    """
    parameters = Parameters(per_letter, seed, tuple(fonts))
    if workers < 1:
        raise SampleError(f"workers must be 1 or more, not {workers}")
    count = len(ALPHABET) * per_letter
    class_ids = np.repeat(np.arange(len(ALPHABET), dtype=np.int64), per_letter)
    workers = min(workers, count)
    if workers == 1:
        return _draw_share(parameters, 0, count), class_ids
    # Neighbours in one share are mostly of one letter: its fields are then made by one process.
    bounds = [count * worker // workers for worker in range(workers + 1)]
    return _draw_in_processes(parameters, bounds), class_ids


def _draw_share(parameters: Parameters, start: int, stop: int) -> NDArray[np.uint8]:
    """Returns uint8 [stop - start, 32, 32, 3]: the pictures from number `start` to before `stop`."""
    pictures = np.empty((stop - start, *IMAGE_SHAPE), np.uint8)
    for place, number in enumerate(range(start, stop)):
        letter, number_of_letter = divmod(number, parameters.per_letter)
        photo = draw_photo_of_shape(ALPHABET[letter], number_of_letter, parameters.seed, parameters.fonts)
        pictures[place] = photo.pixels[..., :_CHANNELS]
    return pictures


def _draw_in_processes(parameters: Parameters, bounds: list[int]) -> NDArray[np.uint8]:
    """Returns the pictures from each bound to the next, each share drawn by a new process."""
    # On leaving, even by an error or Ctrl-C: kill, wait, close the file, process by process.
    with ExitStack() as stack:
        shares = []
        for start, stop in pairwise(bounds):
            file = stack.enter_context(tempfile.TemporaryFile())
            process = stack.enter_context(_start(parameters, start, stop, file))
            stack.callback(process.kill)
            shares.append((process, file))
        return np.concatenate([_result(*share) for share in shares])


def _start(parameters: Parameters, start: int, stop: int, file: IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts a process that writes its share into a file.

    Forking a process that has threads, such as TensorFlow's, may hang, and spawning by
    `multiprocessing` imports the caller's main module anew, which may take TFX's 16 seconds.
    """
    words = (parameters.per_letter, parameters.seed, ",".join(parameters.fonts), start, stop)
    command = [sys.executable, "-m", "sample.squares", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file)


def _result(process: subprocess.Popen[bytes], file: IO[bytes]) -> NDArray[np.uint8]:
    """Returns uint8 [n, 32, 32, 3] from a process's file as soon as it has ended."""
    if process.wait() != 0:
        raise SampleError(f"a process that draws letters ended with status {process.returncode}")
    file.seek(0)
    return np.frombuffer(file.read(), np.uint8).reshape(-1, *IMAGE_SHAPE)


def _main(per_letter: str, seed: str, fonts: str, start: str, stop: str) -> None:
    """Writes one share to stdout, as `_start` asks for it."""
    # Ctrl-C reaches every process of a terminal; the parent ends this one without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parameters = Parameters(int(per_letter), int(seed), tuple(fonts.split(",")))
    sys.stdout.buffer.write(_draw_share(parameters, int(start), int(stop)).tobytes())


if __name__ == "__main__":
    _main(*sys.argv[1:])
