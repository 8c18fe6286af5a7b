"""The versions that are served: loaded while others answer, dropped when their folder is gone or newer ones came."""

import gc
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.example_gen.images import MIN_SIDE, encode_png
from components.pusher.versions import GRAPH_FILE, is_version, version_folders
from core.errors import printable
from core.features import IMAGE, SERVING_SIGNATURE, TRANSFORM_SIGNATURE
from pipeline.predict.model import load_model
from server.batches import Answer, Batches, Model, UnreadableError
from server.limits import Limits

# Of a version's graph: whether it is still the same.
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Version:
    """A version that answers.

    Attributes:
        number: Its own.
        signatures: By name.
        described: What TensorFlow Serving's metadata say of each.
    """

    number: int
    signatures: dict[str, Batches]
    described: dict[str, Any]


class Models:
    """The latest versions of a folder that can be loaded; `look` keeps up with it."""

    def __init__(self, folder: Path, limits: Limits):
        """Takes a folder of versions, or a version's own; nothing is loaded yet."""
        self._folder, self._limits = folder, limits
        # One: TensorFlow itself uses all cores, and a second one would double what large photos take.
        self._pool = ThreadPoolExecutor(1, "model")
        self._served: dict[int, tuple[_Stamp, Version]] = {}
        self._failed: dict[int, tuple[_Stamp, str]] = {}

    def look(self) -> None:
        """Loads what is new and drops what is gone; takes seconds, in which the others still answer.

        Raises:
            OSError: If the folder may not be read; everything is served as before then.
        """
        found = {number: _stamp(folder / GRAPH_FILE) for number, folder in self._folders().items()}
        served: dict[int, tuple[_Stamp, Version]] = {}
        for number, stamp in sorted(found.items(), reverse=True):
            if stamp and len(served) < self._limits.versions and (version := self._version(number, stamp)):
                served[number] = (stamp, version)
        before, self._served = self._served, served
        self._failed = {number: failed for number, failed in self._failed.items() if found.get(number) == failed[0]}
        if any(served.get(number) != version for number, version in before.items()):
            # A loaded model refers to itself; requests that are being answered keep theirs.
            del before
            gc.collect()

    def pick(self, number: int | None = None) -> Version | None:
        """Returns a version, or the latest; None where it is not served."""
        _, version = self._served.get(max(self._served, default=0) if number is None else number, (None, None))
        return version

    @property
    def states(self) -> dict[int, str]:
        """Why each version of late is not served, the latest first; empty for those that are."""
        reasons = {number: "" for number in self._served} | {number: why for number, (_, why) in self._failed.items()}
        return dict(sorted(reasons.items(), reverse=True))

    def _folders(self) -> dict[int, Path]:
        if (self._folder / GRAPH_FILE).is_file():
            return {int(self._folder.name) if is_version(self._folder.name) else 1: self._folder}
        return version_folders(self._folder)

    def _version(self, number: int, stamp: _Stamp) -> Version | None:
        """Returns a version as it is loaded already, or now; None where that fails."""
        if number in self._served and self._served[number][0] == stamp:
            return self._served[number][1]
        if number in self._failed and self._failed[number][0] == stamp:
            return None
        try:
            return _load(number, self._folders()[number], self._pool, self._limits)
        # It may also be gone by now, or whatever TensorFlow stumbles over; the others must go on answering.
        except Exception as error:
            self._failed[number] = (stamp, printable(error))
            return None


def _stamp(graph: Path) -> _Stamp | None:
    try:
        status = graph.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _load(number: int, folder: Path, pool: ThreadPoolExecutor, limits: Limits) -> Version:
    loaded = load_model(folder)
    models = {name: _asking(loaded, name) for name in (SERVING_SIGNATURE, TRANSFORM_SIGNATURE)}
    models = {name: model for name, model in models.items() if name in loaded.signatures}
    for model in models.values():
        # The first answer takes a second longer than the others.
        model([encode_png(np.zeros((MIN_SIDE, MIN_SIDE, 3), np.uint8))])
    batches = {name: Batches(model, pool, limits) for name, model in models.items()}
    return Version(number, batches, _described(folder / GRAPH_FILE, models))


def _asking(loaded: Any, name: str) -> Model:
    """Returns a signature as a function; it holds the model, which a signature does not."""
    import tensorflow as tf

    def ask(photos: Sequence[bytes]) -> Answer:
        try:
            answer = loaded.signatures[name](**{IMAGE: tf.constant(photos)})
        except tf.errors.InvalidArgumentError:
            raise UnreadableError from None
        return {output: value.numpy() for output, value in answer.items()}

    return ask


def _described(graph: Path, names: Iterable[str]) -> dict[str, Any]:
    """Returns what a SavedModel's signatures take and give, in protobuf's JSON."""
    from google.protobuf.json_format import MessageToDict
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel.FromString(graph.read_bytes()).meta_graphs[0].signature_def
    return {name: MessageToDict(saved[name], preserving_proto_field_name=True) for name in names}
