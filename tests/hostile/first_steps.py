"""Runs ExampleGen alone, as the whole pipeline would, and reads the photos that it wrote."""

import numpy as np
import pytest

from components.example_gen.images import decode_image
from core.features import FILE, IMAGE
from tests.hostile.hostile_runs import Done


def stop_after_example_gen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has runs of this process end after ExampleGen."""
    from tfx.orchestration.local.local_dag_runner import LocalDagRunner
    from tfx.orchestration.pipeline import RunOptions

    whole, options = LocalDagRunner.run, RunOptions(to_nodes=["LetterExampleGen"])
    monkeypatch.setattr(LocalDagRunner, "run", lambda self, pipeline: whole(self, pipeline, run_options=options))


def photos_of(done: Done) -> dict[str, np.ndarray]:
    """Returns the pixels of every photo that was written, by its file's name."""
    import tensorflow as tf

    (examples,) = (done.output / "artifacts" / "LetterExampleGen" / "examples").iterdir()
    paths = sorted(map(str, examples.glob("Split-*/*.gz")))
    found = [tf.train.Example.FromString(each.numpy()) for each in tf.data.TFRecordDataset(paths, "GZIP")]
    bytes_of = [{key: e.features.feature[key].bytes_list.value[0] for key in (FILE, IMAGE)} for e in found]
    return {each[FILE].decode(): decode_image(each[IMAGE]) for each in bytes_of}
