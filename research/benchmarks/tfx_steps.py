"""TFX's components of the data path, and the training input, each run alone.

Each leaves its output in a work folder, where the next finds it. Importing this imports TFX.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import tensorflow_transform as tft
from tfx import types
from tfx.components.trainer.fn_args_utils import DataAccessor
from tfx.components.util import tfxio_utils
from tfx.types import artifact_utils, standard_artifacts
from tfx.types.standard_component_specs import EXAMPLES_KEY, SCHEMA_KEY, TRANSFORM_GRAPH_KEY

from components.settings import AugmentationSettings, DataSettings, TrainSettings
from components.trainer.dataset import load_photos, steps_per_epoch, training_batches
from components.trainer.photos import mix
from core.errors import UserError
from core.features import SPLITS, TRAIN_SPLIT
from pipeline.beam.engines import DIRECT_ARGS
from pipeline.pipeline import create_pipeline
from pipeline.places import Places
from pipeline.recipes import default
from schema.curated import CURATED_SCHEMA


def example_gen(
    data: Path, work: Path, beam_args: Sequence[str] = DIRECT_ARGS, data_settings: DataSettings | None = None
) -> None:
    """Runs ExampleGen on a data folder."""
    _run("LetterExampleGen", data, work, beam_args, {}, settings=data_settings)


def statistics_gen(data: Path, work: Path, beam_args: Sequence[str] = DIRECT_ARGS) -> None:
    """Runs StatisticsGen on ExampleGen's output."""
    _run("StatisticsGen", data, work, beam_args, {EXAMPLES_KEY: [_examples(work)], SCHEMA_KEY: [_schema(work)]})


def transform(data: Path, work: Path, beam_args: Sequence[str] = DIRECT_ARGS) -> None:
    """Runs Transform on ExampleGen's output."""
    _run("Transform", data, work, beam_args, {EXAMPLES_KEY: [_examples(work)], SCHEMA_KEY: [_schema(work)]})


def training_input(data: Path, work: Path, beam_args: Sequence[str] = DIRECT_ARGS) -> None:
    """Loads the train split as Trainer does, and goes through one epoch of augmented batches."""
    del data, beam_args
    examples = _examples(work)
    if not (work / TRANSFORM_GRAPH_KEY).is_dir():
        raise UserError(f"{work}: nothing of transform's there; measure that step first")
    accessor = DataAccessor(tfxio_utils.get_tf_dataset_factory_from_artifact([examples], []), None, None)
    (folder,) = artifact_utils.get_split_uris([examples], TRAIN_SPLIT)
    settings = TrainSettings()
    transform_output = tft.TFTransformOutput(str(work / TRANSFORM_GRAPH_KEY))
    photos = load_photos([f"{folder}/*"], accessor, transform_output, settings.memory_mib, work)
    mixture = mix(photos, None, settings)
    for _ in training_batches(mixture, settings, AugmentationSettings()).take(steps_per_epoch(mixture, settings)):
        pass


def _run(
    component_id: str,
    data: Path,
    work: Path,
    beam_args: Sequence[str],
    inputs: dict[str, list[types.Artifact]],
    *,
    settings: DataSettings | None = None,
) -> None:
    """Runs the executor of one of the pipeline's components with the properties that the pipeline gives it."""
    unused = str(work / "unused")
    places = Places(str(data), unused, unused, unused, str(CURATED_SCHEMA))
    config = default().model_copy(update={"data": settings or DataSettings()})
    pipeline = create_pipeline(config, places, enable_cache=False)
    (component,) = (component for component in pipeline.components if component.id == component_id)
    for key in component.outputs:
        # Of an earlier measurement: Transform renames its graph into a folder that must be empty.
        shutil.rmtree(work / key, ignore_errors=True)
    outputs = {key: [_at(channel.type(), work / key)] for key, channel in component.outputs.items()}
    executor = component.executor_spec.executor_class
    context = executor.Context(beam_pipeline_args=list(beam_args), tmp_dir=str(work / "tmp"), unique_id="0")
    executor(context).Do(inputs, outputs, dict(component.exec_properties))


def _examples(work: Path) -> types.Artifact:
    if not any((work / EXAMPLES_KEY).glob("*/*")):
        raise UserError(f"{work}: nothing of example_gen's there; measure that step first")
    examples = standard_artifacts.Examples()
    examples.split_names = artifact_utils.encode_split_names(list(SPLITS))
    return _at(examples, work / EXAMPLES_KEY)


def _schema(work: Path) -> types.Artifact:
    schema = _at(standard_artifacts.Schema(), work / SCHEMA_KEY)
    shutil.copy(CURATED_SCHEMA, schema.uri)
    return schema


def _at(artifact: types.Artifact, folder: Path) -> types.Artifact:
    artifact.uri = str(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return artifact
