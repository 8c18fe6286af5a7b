"""The one way to draw many photos: in processes of their own, each with its share of them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from itertools import pairwise
from typing import IO

from core.errors import UserError
from core.project import ROOT
from sample.parameters import Parameters

DEFAULT_WORKERS = 2
# A worker's exit status where the system refused it something; the error's number is then on its stderr.
_REFUSED = 3
_STDIN = 0

# A photo's class id, and its number among those of its letter, from 0.
Numbered = tuple[int, int]
# Takes the parameters, the photos of a share, and words of its own; returns what it has drawn.
Draw = Callable[..., bytes]


def in_processes(draw: Draw, parameters: Parameters, workers: int, *words: str) -> list[bytes]:
    """Returns what a function draws of each share of a sample's photos, letter by letter.

    Args:
        draw: A function at the top of a module.
        parameters: What the sample is made from.
        workers: Processes that draw, a share each; 1 draws in this one.
        *words: What `draw` gets beside the parameters and the photos.

    Raises:
        UserError: If `workers` is below 1, or a process is killed.
        OSError: If the system refuses a process something, such as space.
        RuntimeError: If a process fails otherwise; holds its traceback.
    """
    if workers < 1:
        raise UserError(f"workers must be 1 or more, not {workers}")
    count = len(parameters.labels) * parameters.per_letter
    workers = min(workers, count)
    if workers == 1:
        return [draw(parameters, _numbered(parameters, 0, count), *words)]
    # Neighbours in one share are mostly of one letter: its fields are then made by one process.
    bounds = [str(count * worker // workers) for worker in range(workers + 1)]
    task = (draw.__module__, draw.__qualname__, json.dumps(asdict(parameters)))
    # On leaving, even by an error or Ctrl-C: kill, wait, close the file, process by process.
    with ExitStack() as stack:
        begun = []
        for start, stop in pairwise(bounds):
            file = stack.enter_context(tempfile.TemporaryFile())
            process = stack.enter_context(_start([*task, start, stop, *words], file))
            stack.callback(process.kill)
            begun.append((process, file))
        return [_result(*each) for each in begun]


def _numbered(parameters: Parameters, start: int, stop: int) -> list[Numbered]:
    return [divmod(number, parameters.per_letter) for number in range(start, stop)]


def _start(words: Sequence[str], file: IO[bytes]) -> subprocess.Popen[bytes]:
    """Starts `_main` in a process that writes what it draws into a file: pipes would have to be read all at once.

    Forking a process that has threads, such as TensorFlow's, may hang, and spawning by
    `multiprocessing` imports the caller's main module anew, which may take TFX's 16 seconds.
    """
    command = [sys.executable, "-m", "sample.processes", *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=file, stderr=subprocess.PIPE)


def _result(process: subprocess.Popen[bytes], file: IO[bytes]) -> bytes:
    """Returns what a process has drawn, as soon as it has ended."""
    assert process.stderr is not None
    told = process.stderr.read().decode(errors="replace")
    status = process.wait()
    if status < 0:
        raise UserError("a process that drew letters was killed, perhaps for want of memory; run the same again")
    if status == _REFUSED:
        number = int(told.split()[-1])
        raise OSError(number, os.strerror(number))
    if status:
        raise RuntimeError(f"a process that drew letters failed:\n{told}")
    file.seek(0)
    return file.read()


def _main(module: str, function: str, parameters: str, start: str, stop: str, *words: str) -> int:
    """Draws one share, as `_start` asks for it, and returns the exit status."""
    # Ctrl-C reaches every process of a terminal; the parent ends this one without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    checked = Parameters(**json.loads(parameters))
    draw: Draw = getattr(import_module(module), function)
    try:
        sys.stdout.buffer.write(draw(checked, _numbered(checked, int(start), int(stop)), *words))
        sys.stdout.flush()
    except OSError as error:
        sys.stderr.write(str(error.errno))
        return _REFUSED
    return 0


def _end_with_parent() -> None:
    """Ends this process with its parent, also a killed one: with it goes the other end of stdin."""
    os.read(_STDIN, 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
