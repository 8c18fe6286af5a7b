"""The pipeline's graph: `create_pipeline` makes it, for every runner."""

from dataclasses import dataclass

import tensorflow_data_validation as tfdv

# Not through `tfx.v1`: that imports Google Cloud's AI platform too, six more seconds of every run.
from tfx.components import (
    Evaluator,
    ExampleValidator,
    SchemaGen,
    StatisticsGen,
    Trainer,
    Transform,
)
from tfx.components.schema_gen.import_schema_gen.component import ImportSchemaGen
from tfx.dsl.components.base.base_node import BaseNode
from tfx.dsl.components.common import resolver
from tfx.orchestration import pipeline as tfx_pipeline
from tfx.proto import trainer_pb2, transform_pb2
from tfx.types import Channel
from tfx.types.standard_artifacts import Model, ModelBlessing

from components.baseline import LatestOtherBlessedModelStrategy
from components.data_check.component import DataCheck, DataGate, DataOverview
from components.evaluation import eval_config
from components.example_gen.component import LetterExampleGen
from components.features import EVAL_SPLIT, TEST_SPLIT, TRAIN_SPLIT
from components.inspector.component import Inspector
from components.pusher.component import letter_pusher
from components.trainer.run import TrainerConfig
from pipeline.config import Config
from pipeline.fingerprints import libraries_digest, source_digest

PIPELINE_NAME = "russian-letters"

# In one process: a worker process would import TFX and TensorFlow anew, which takes longer than its work.
BEAM_ARGS = (
    "--runner=DirectRunner",
    "--direct_running_mode=in_memory",
    "--direct_num_workers=1",
    # No remote worker needs TFX's source; without this TFX packs it, 49 MB in /tmp, for every Beam component.
    "--sdk_container_image=none",
)


@dataclass(frozen=True)
class Places:
    """Where a run reads and writes: paths or URIs.

    Attributes:
        data: The data folder.
        pipeline_root: TFX's artifacts.
        serving: The folder of pushed versions.
        training_state: What resuming an interrupted training needs.
        schema: The curated schema; its name must change with its content.
    """

    data: str
    pipeline_root: str
    serving: str
    training_state: str
    schema: str


def create_pipeline(
    config: Config,
    places: Places,
    *,
    missing_versions: list[str],
    enable_cache: bool,
    beam_args: tuple[str, ...] = BEAM_ARGS,
) -> tfx_pipeline.Pipeline:
    """Returns the pipeline, ready for a runner.

    Args:
        config: Every setting.
        places: Where the run reads and writes.
        missing_versions: Versions that were pushed once and are gone from the serving folder.
        enable_cache: Whether unchanged components are answered from earlier runs.
        beam_args: Options of the Beam runner.
    """
    data = _data_components(config, places)
    transform, trainer = _training_components(config, places, data)
    inspector = _inspector(data["example_gen"], trainer)
    judging = _judging_components(config, places, data["example_gen"], trainer, missing_versions)
    return tfx_pipeline.Pipeline(
        pipeline_name=PIPELINE_NAME,
        pipeline_root=places.pipeline_root,
        components=[*data.values(), transform, trainer, inspector, *judging],
        enable_cache=enable_cache,
        beam_pipeline_args=list(beam_args),
    )


def _data_components(config: Config, places: Places) -> dict[str, BaseNode]:
    # The CSV and the PNGs become TFRecords. All later components see a change of the libraries through its output.
    example_gen = LetterExampleGen(
        places.data,
        config.data,
        source_digest("components.example_gen.component") + libraries_digest(),
    )
    # The schema that people wrote is what the data are held against ...
    curated_schema = ImportSchemaGen(places.schema).with_id("CuratedSchema")
    statistics_gen = StatisticsGen(
        example_gen.outputs["examples"],
        # The schema says which numbers are classes; with it TFDV also looks whether the photos can be decoded.
        schema=curated_schema.outputs["schema"],
        stats_options=tfdv.StatsOptions(enable_semantic_domain_stats=True),
    )
    # ... and the one that TFDV infers is for people to compare.
    schema_gen = SchemaGen(statistics_gen.outputs["statistics"])
    example_validator = ExampleValidator(statistics_gen.outputs["statistics"], curated_schema.outputs["schema"])
    # ExampleValidator only reports; the check decides, and the gate stops the run.
    check_digest = source_digest("components.data_check.component")
    data_check = DataCheck(
        statistics=statistics_gen.outputs["statistics"],
        anomalies=example_validator.outputs["anomalies"],
        max_class_ratio=config.data.max_class_ratio,
        code_digest=check_digest,
    )
    data_overview = DataOverview(examples=example_gen.outputs["examples"], code_digest=check_digest)
    data_gate = DataGate(verdict=data_check.outputs["verdict"], code_digest=check_digest)
    # Shown also where the gate stops the run.
    data_gate.add_upstream_node(data_overview)
    return {
        "example_gen": example_gen,
        "curated_schema": curated_schema,
        "statistics_gen": statistics_gen,
        "schema_gen": schema_gen,
        "example_validator": example_validator,
        "data_check": data_check,
        "data_overview": data_overview,
        "data_gate": data_gate,
    }


def _training_components(config: Config, places: Places, data: dict[str, BaseNode]) -> tuple[BaseNode, BaseNode]:
    examples = data["example_gen"].outputs["examples"]
    schema = data["curated_schema"].outputs["schema"]
    # Only the graph: Trainer decodes the photos once into memory, which is faster than to read decoded ones.
    transform = Transform(
        examples=examples,
        schema=schema,
        preprocessing_fn="components.transform.preprocessing_fn",
        custom_config={"code_digest": source_digest("components.transform")},
        splits_config=transform_pb2.SplitsConfig(analyze=[TRAIN_SPLIT], transform=[]),
        materialize=False,
        disable_statistics=True,
    )
    transform.add_upstream_node(data["data_gate"])
    trainer = Trainer(
        run_fn="components.trainer.run.run_fn",
        examples=examples,
        transform_graph=transform.outputs["transform_graph"],
        schema=schema,
        train_args=trainer_pb2.TrainArgs(splits=[TRAIN_SPLIT]),
        eval_args=trainer_pb2.EvalArgs(splits=[EVAL_SPLIT]),
        custom_config=_trainer_config(config, places).model_dump(mode="json"),
    )
    return transform, trainer


def _inspector(example_gen: BaseNode, trainer: BaseNode) -> BaseNode:
    return Inspector(
        examples=example_gen.outputs["examples"],
        model=trainer.outputs["model"],
        code_digest=source_digest("components.inspector.component"),
    )


def _judging_components(
    config: Config, places: Places, example_gen: BaseNode, trainer: BaseNode, missing_versions: list[str]
) -> list[BaseNode]:
    baseline = resolver.Resolver(
        strategy_class=LatestOtherBlessedModelStrategy,
        model=Channel(type=Model),
        model_blessing=Channel(type=ModelBlessing),
        current_model=trainer.outputs["model"],
    ).with_id("Baseline")
    # On the test split, which neither training nor the choice of the best epoch has seen.
    evaluator = Evaluator(
        examples=example_gen.outputs["examples"],
        model=trainer.outputs["model"],
        baseline_model=baseline.outputs["model"],
        eval_config=eval_config(config.evaluation),
        example_splits=[TEST_SPLIT],
    )
    pusher = letter_pusher(
        trainer.outputs["model"],
        evaluator.outputs["blessing"],
        places.serving,
        missing_versions,
        source_digest("components.pusher.component"),
    )
    return [baseline, evaluator, pusher]


def _trainer_config(config: Config, places: Places) -> TrainerConfig:
    return TrainerConfig(
        model=config.model,
        augmentation=config.augmentation,
        train=config.train,
        state_root=places.training_state,
        code_digest=source_digest("components.trainer.run"),
    )
