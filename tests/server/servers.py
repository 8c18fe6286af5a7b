"""Servers in this process, on a port of their own; and models small enough to make for a test."""

import base64
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image

from schema.curated import read_labels
from server.app import build_app
from server.batches import Answer, Batches
from server.command import server_of
from server.corrections import Corrections
from server.limits import Limits
from server.models import Models, Version

LABELS = read_labels()
PREDICT = "/v1/models/letters:predict"


def save_model(folder: Path, letter: str) -> Path:
    """Writes a SavedModel that reads one letter in every image, and no letter in images that are no square."""
    import tensorflow as tf

    label = LABELS.index(letter)
    spec = tf.TensorSpec([None], tf.string, name="image")

    class Small(tf.Module):
        @tf.function(input_signature=[spec])
        def serve(self, image: Any) -> dict[str, Any]:
            is_letter = tf.map_fn(self.is_square, image, fn_output_signature=tf.bool)
            probability = tf.where(is_letter, 0.75, 0.0)
            probabilities = probability[:, None] * tf.one_hot([label], len(LABELS))
            number = tf.where(is_letter, tf.constant(label + 1, tf.int64), tf.constant(0, tf.int64))
            return {
                "letter": tf.where(is_letter, letter, ""),
                "label": number,
                "probability": probability,
                "probabilities": probabilities,
            }

        @tf.function(input_signature=[spec])
        def transform(self, image: Any) -> dict[str, Any]:
            with tf.control_dependencies([tf.map_fn(self.is_square, image, fn_output_signature=tf.bool)]):
                return {"pixels": tf.zeros([tf.shape(image)[0], 32, 32, 3])}

        def is_square(self, image: Any) -> Any:
            size = tf.shape(tf.io.decode_image(image))[:2]
            return size[0] == size[1]

    model = Small()
    signatures = {"serving_default": model.serve, "transform_features": model.transform}
    tf.saved_model.save(model, str(folder), signatures=signatures)
    return folder


class FakeModels(Models):
    """One version, which answers with what a function returns."""

    def __init__(self, read: Callable[[Sequence[bytes]], Answer]):
        super().__init__(Path("/none"), Limits())
        batches = Batches(read, ThreadPoolExecutor(1), Limits())
        self._fake = Version(1, {"serving_default": batches, "transform_features": batches}, {})

    def pick(self, number: int | None = None) -> Version:
        return self._fake


class SlowReader:
    """Answers when it is let, by `go`."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def __call__(self, photos: Sequence[bytes]) -> Answer:
        assert self.go.wait(60)
        return {"letter": np.array([b""] * len(photos), object), "probability": np.zeros(len(photos))}


def photo(seed: int = 1, width: int = 40, height: int = 40, kind: str = "PNG") -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, kind)
    return encoded.getvalue()


def b64(image: bytes) -> dict[str, str]:
    return {"b64": base64.b64encode(image).decode()}


@contextmanager
def running(
    models: Models, corrections: Corrections | None = None, limits: Limits | None = None, is_loopback: bool = True
) -> Iterator[httpx.Client]:
    """Yields a client of a server that runs until the end of the block."""
    limits = limits or Limits()
    listening = socket.create_server(("127.0.0.1", 0))
    server = server_of(build_app(models, LABELS, corrections, limits, is_loopback), limits)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    port = listening.getsockname()[1]
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
