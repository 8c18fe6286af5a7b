"""What tests of the model side share: Examples of generated photos, TFX's own Transform over them, a tiny model."""

# Nothing heavy is imported here: this plugin is loaded for every test.
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.features import TRAIN_SPLIT
from core.project import ROOT
from pipeline.beam.engines import DIRECT_ARGS

SCHEMA_FOLDER = ROOT / "schema"


@dataclass(frozen=True)
class Transformed:
    """What TFX's Transform gave for the train split.

    Attributes:
        examples: The artifact that it read.
        graph: The Transform graph's folder.
        records: File pattern of the materialised features.
    """

    examples: Any
    graph: str
    records: str


def write_examples(folder: Path, examples: Sequence[Any], split: str) -> Any:
    """Returns an Examples artifact with one split, written as TFX's ExampleGen writes it."""
    import tensorflow as tf
    from tfx.components.util import examples_utils
    from tfx.proto import example_gen_pb2
    from tfx.types import artifact_utils, standard_artifacts

    path = folder / f"Split-{split}" / "data_tfrecord-00000-of-00001.gz"
    path.parent.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for example in examples:
            writer.write(example.SerializeToString())
    artifact = standard_artifacts.Examples()
    artifact.uri = str(folder)
    artifact.split_names = artifact_utils.encode_split_names([split])
    examples_utils.set_payload_format(artifact, example_gen_pb2.PayloadFormat.FORMAT_TF_EXAMPLE)
    examples_utils.set_file_format(artifact, "tfrecords_gzip")
    return artifact


def run_executor(
    executor_class: type, inputs: dict[str, list[Any]], outputs: dict[str, list[Any]], properties: dict[str, Any]
) -> None:
    """Runs one of TFX's Beam executors in this process."""
    context = executor_class.Context(beam_pipeline_args=list(DIRECT_ARGS))
    executor_class(context).Do(inputs, outputs, properties)


def artifact(kind: type, folder: Path) -> Any:
    """Returns an artifact that lies in a folder."""
    made = kind()
    made.uri = str(folder)
    return made


@pytest.fixture(scope="session")
def photo_examples(letters_folder: Path) -> list[Any]:
    """The Examples of the generated letters: four of each letter, in the alphabet's order."""
    from components.example_gen.examples import to_example
    from components.example_gen.images import decode_images, read_file
    from components.example_gen.layout import find_layout
    from components.example_gen.records import read_records
    from schema.curated import read_labels

    layout = find_layout(letters_folder)
    records, bad = read_records(layout, read_labels())
    assert not bad
    return [
        to_example(record, decode_images([read_file(layout.images / record.file)])[0], read_labels())
        for record in records
    ]


@pytest.fixture(scope="session")
def transformed(photo_examples: list[Any], tmp_path_factory: pytest.TempPathFactory) -> Transformed:
    """TFX's Transform, run as the pipeline runs it, but for writing the features out as well."""
    from tfx.components.transform import executor
    from tfx.proto import transform_pb2
    from tfx.types import standard_artifacts
    from tfx.utils import proto_utils

    from schema.curated import read_labels

    folder = tmp_path_factory.mktemp("transformed")
    examples = write_examples(folder / "examples", photo_examples, TRAIN_SPLIT)
    schema_folder = folder / "schema"
    schema_folder.mkdir()
    (schema_folder / "schema.pbtxt").write_bytes((SCHEMA_FOLDER / "schema.pbtxt").read_bytes())
    splits = transform_pb2.SplitsConfig(analyze=[TRAIN_SPLIT], transform=[TRAIN_SPLIT])
    run_executor(
        executor.Executor,
        {"examples": [examples], "schema": [artifact(standard_artifacts.Schema, schema_folder)]},
        {
            "transform_graph": [artifact(standard_artifacts.TransformGraph, folder / "graph")],
            "transformed_examples": [artifact(standard_artifacts.Examples, folder / "features")],
        },
        {
            "preprocessing_fn": "components.transform.preprocessing_fn",
            "splits_config": proto_utils.proto_to_json(splits),
            "custom_config": json.dumps({"labels": read_labels()}),
            "disable_statistics": 1,
        },
    )
    return Transformed(examples, str(folder / "graph"), str(folder / "features" / f"Split-{TRAIN_SPLIT}" / "*"))


@pytest.fixture(scope="session")
def transform_output(transformed: Transformed) -> Any:
    import tensorflow_transform as tft

    return tft.TFTransformOutput(transformed.graph)


@pytest.fixture(scope="session")
def network() -> Any:
    """A tiny network with settled weights, and not quite even probabilities."""
    import keras

    from components.settings import ModelSettings
    from components.trainer.model import build_model
    from schema.curated import read_labels

    keras.utils.set_random_seed(3)
    return build_model(ModelSettings(stem_width=8, stage_widths=(8,), dropout=0.2), len(read_labels()))


@pytest.fixture(scope="session")
def exported_model(network: Any, transform_output: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network, exported as a SavedModel."""
    from components.trainer.export import export
    from schema.curated import read_labels

    folder = tmp_path_factory.mktemp("exported") / "model"
    export(network, transform_output, str(folder), labels=read_labels())
    return folder


@pytest.fixture(scope="session")
def serving_signatures(exported_model: Path) -> dict[str, Callable[..., dict[str, Any]]]:
    """The signatures of the exported model, loaded again."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(exported_model))
    # Held by the result, since a signature does not keep its model alive.
    return {name: loaded.signatures[name] for name in loaded.signatures} | {"model": loaded}


def random_photos(count: int, seed: int, classes: int = 33) -> Any:
    """Returns `Photos` of noise, of each class in turn."""
    import numpy as np

    from components.trainer.photos import Photos, one_hot
    from core.features import IMAGE_SHAPE

    pixels = np.random.default_rng(seed).integers(0, 256, (count, *IMAGE_SHAPE), dtype=np.uint8)
    return Photos(pixels, one_hot(np.arange(count) % classes, classes), np.zeros(count, np.int64))
