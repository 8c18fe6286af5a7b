"""The pipeline's graph, for every runner and in the order in which it runs: `create_pipeline` makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import tensorflow_data_validation as tfdv

# Not through `tfx.v1`: that imports Google Cloud's AI platform too, six more seconds of every run. And each from where
# it is made: in TFX 1.21 `tfx.components` has None for a component whose own imports failed.
from tfx.components.example_validator.component import ExampleValidator
from tfx.components.schema_gen.component import SchemaGen
from tfx.components.schema_gen.import_schema_gen.component import ImportSchemaGen
from tfx.components.statistics_gen.component import StatisticsGen
from tfx.components.trainer.component import Trainer
from tfx.components.transform.component import Transform
from tfx.dsl.components.base.base_node import BaseNode
from tfx.dsl.components.common.resolver import Resolver
from tfx.orchestration import pipeline as tfx_pipeline
from tfx.proto import trainer_pb2, transform_pb2
from tfx.types import Channel
from tfx.types.standard_artifacts import Model, ModelBlessing

from components.baseline import LatestOtherBlessedModelStrategy
from components.data_check.component import DataCheck, DataGate, DataOverview
from components.evaluator import LetterEvaluator
from components.example_gen.component import LetterExampleGen
from components.inspector.component import Inspector
from components.pusher.component import letter_pusher
from components.trainer.run import TrainerConfig
from core.features import EVAL_SPLIT, TRAIN_SPLIT
from core.labels import Labels
from core.project import ROOT
from pipeline import ids
from pipeline.beam.engines import DIRECT_ARGS, JOB_SERVER_ENGINES, read_options
from pipeline.config import Config
from pipeline.fingerprints import libraries_digest, source_digest
from pipeline.places import Places
from schema.curated import read_labels

PIPELINE_NAME = "russian-letters"

# By their ids, in the order in which they can run.
Nodes = Mapping[str, BaseNode]


@dataclass(frozen=True)
class Platform:
    """What differs between the platforms that the pipeline runs on.

    Attributes:
        baseline: Returns the node whose output `model` is what Trainer's new model is compared with.
        closing: Returns the nodes that come after all the others.
    """

    baseline: Callable[[Places, BaseNode], BaseNode]
    closing: Callable[[Config, Places, Nodes], list[BaseNode]]


def resolved_baseline(_places: Places, trainer: BaseNode) -> BaseNode:
    """Returns the node that finds the latest blessed model in MLMD, other than the trainer's own."""
    return Resolver(
        strategy_class=LatestOtherBlessedModelStrategy,
        model=Channel(type=Model),
        model_blessing=Channel(type=ModelBlessing),
        current_model=trainer.outputs["model"],
    ).with_id(ids.BASELINE)


# Reports are made by the local runner itself, when a run has ended.
LOCAL = Platform(baseline=resolved_baseline, closing=lambda *_: [])


def create_pipeline(
    config: Config,
    places: Places,
    *,
    enable_cache: bool,
    beam_args: tuple[str, ...] = DIRECT_ARGS,
    platform: Platform = LOCAL,
) -> tfx_pipeline.Pipeline:
    """Returns the pipeline, ready for a runner.

    With the cache, unchanged components are answered from earlier runs; `beam_args` are options of the Beam runner.

    Raises:
        UserError: If an option of Beam's, or the schema, is wrong.
    """
    read_options(beam_args, names_known=config.beam.engine not in JOB_SERVER_ENGINES)
    # In Kubeflow's image the schema's path begins at the project.
    labels = read_labels(ROOT / places.schema)
    nodes = _read_data(config, places, labels)
    nodes |= _checked_data(config, nodes)
    nodes |= _trained_model(config, places, nodes, labels)
    nodes |= _judged_model(config, places, nodes, platform.baseline(places, nodes[ids.TRAINER]), labels)
    return tfx_pipeline.Pipeline(
        pipeline_name=PIPELINE_NAME,
        pipeline_root=places.pipeline_root,
        components=[*nodes.values(), *platform.closing(config, places, nodes)],
        enable_cache=enable_cache,
        beam_pipeline_args=list(beam_args),
    )


def _read_data(config: Config, places: Places, labels: Labels) -> dict[str, BaseNode]:
    # The CSV and the images become TFRecords. All later components see a change of the libraries through its output.
    example_gen = LetterExampleGen(
        places.data, config.data, labels, source_digest("components.example_gen.component") + libraries_digest()
    )
    # The schema that people wrote is what the data are held against.
    curated_schema = ImportSchemaGen(places.schema).with_id(ids.CURATED_SCHEMA)
    statistics_gen = StatisticsGen(
        example_gen.outputs["examples"],
        # The schema says which numbers are classes; with it TFDV also looks whether the photos can be decoded.
        schema=curated_schema.outputs["schema"],
        stats_options=tfdv.StatsOptions(enable_semantic_domain_stats=True),
    )
    # What TFDV infers, for people to compare with the curated schema.
    schema_gen = SchemaGen(statistics_gen.outputs["statistics"])
    return _by_id(example_gen, curated_schema, statistics_gen, schema_gen)


def _checked_data(config: Config, nodes: Nodes) -> dict[str, BaseNode]:
    statistics, schema = nodes[ids.STATISTICS_GEN].outputs["statistics"], nodes[ids.CURATED_SCHEMA].outputs["schema"]
    example_validator = ExampleValidator(statistics, schema)
    # ExampleValidator only reports; the check decides, and the gate stops the run.
    digest = source_digest("components.data_check.component")
    data_check = DataCheck(
        statistics=statistics,
        anomalies=example_validator.outputs["anomalies"],
        schema=schema,
        max_class_ratio=config.data.max_class_ratio,
        code_digest=digest,
    )
    data_overview = DataOverview(examples=nodes[ids.EXAMPLE_GEN].outputs["examples"], schema=schema, code_digest=digest)
    data_gate = DataGate(verdict=data_check.outputs["verdict"], code_digest=digest)
    # Shown also where the gate stops the run.
    data_gate.add_upstream_node(data_overview)
    return _by_id(example_validator, data_check, data_overview, data_gate)


def _trained_model(config: Config, places: Places, nodes: Nodes, labels: Labels) -> dict[str, BaseNode]:
    examples, schema = nodes[ids.EXAMPLE_GEN].outputs["examples"], nodes[ids.CURATED_SCHEMA].outputs["schema"]
    # Only the graph: Trainer decodes the photos once into memory, which is faster than to read decoded ones.
    transform = Transform(
        examples=examples,
        schema=schema,
        preprocessing_fn="components.transform.preprocessing_fn",
        custom_config={"labels": list(labels), "code_digest": source_digest("components.transform")},
        splits_config=transform_pb2.SplitsConfig(analyze=[TRAIN_SPLIT], transform=[]),
        materialize=False,
        disable_statistics=True,
    )
    transform.add_upstream_node(nodes[ids.DATA_GATE])
    settings = TrainerConfig(
        model=config.model,
        augmentation=config.augmentation,
        train=config.train,
        state_root=places.training_state,
        code_digest=source_digest("components.trainer.run"),
    )
    trainer = Trainer(
        run_fn="components.trainer.run.run_fn",
        examples=examples,
        transform_graph=transform.outputs["transform_graph"],
        schema=schema,
        train_args=trainer_pb2.TrainArgs(splits=[TRAIN_SPLIT]),
        eval_args=trainer_pb2.EvalArgs(splits=[EVAL_SPLIT]),
        custom_config=settings.model_dump(mode="json"),
    )
    return _by_id(transform, trainer)


def _judged_model(
    config: Config, places: Places, nodes: Nodes, baseline: BaseNode, labels: Labels
) -> dict[str, BaseNode]:
    examples, model = nodes[ids.EXAMPLE_GEN].outputs["examples"], nodes[ids.TRAINER].outputs["model"]
    inspector = Inspector(
        examples=examples,
        model=model,
        robustness_photos=config.evaluation.robustness_photos,
        code_digest=source_digest("components.inspector.component"),
    )
    evaluator = LetterEvaluator(
        examples=examples,
        model=model,
        baseline_model=baseline.outputs["model"],
        inspection=inspector.outputs["inspection"],
        settings=config.evaluation,
        labels=labels,
        code_digest=source_digest("components.evaluator"),
    ).with_id(ids.EVALUATOR)
    digest = source_digest("components.pusher.component")
    pusher = letter_pusher(model, evaluator.outputs["blessing"], places.serving, digest)
    return _by_id(inspector, baseline, evaluator, pusher)


def _by_id(*nodes: BaseNode) -> dict[str, BaseNode]:
    return {node.id: node for node in nodes}
