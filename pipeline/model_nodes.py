"""The nodes that train a model, look at it, judge it and push it."""

from typing import NamedTuple

# Not through `tfx.v1`: see pipeline/data_nodes.py.
from tfx.components.evaluator.component import Evaluator
from tfx.components.trainer.component import Trainer
from tfx.components.transform.component import Transform
from tfx.dsl.components.base.base_node import BaseNode
from tfx.dsl.components.common import resolver
from tfx.proto import trainer_pb2, transform_pb2
from tfx.types import Channel
from tfx.types.standard_artifacts import Model, ModelBlessing

from components.baseline import LatestOtherBlessedModelStrategy
from components.evaluation import eval_config
from components.inspector.component import Inspector
from components.pusher.component import letter_pusher
from components.trainer.run import TrainerConfig
from core.features import EVAL_SPLIT, TEST_SPLIT, TRAIN_SPLIT
from pipeline import fingerprints
from pipeline.config import Config
from pipeline.data_nodes import DataNodes
from pipeline.places import Places

BASELINE = "Baseline"


class ModelNodes(NamedTuple):
    """The nodes, in the order in which they can run."""

    transform: BaseNode
    trainer: BaseNode
    inspector: BaseNode
    baseline: BaseNode
    evaluator: BaseNode
    pusher: BaseNode


def training_nodes(config: Config, places: Places, data: DataNodes) -> tuple[BaseNode, BaseNode]:
    """Returns Transform and Trainer, which wait for the data's gate.

    Args:
        config: Every setting.
        places: Where the run reads and writes.
        data: What the model is made from.
    """
    examples = data.example_gen.outputs["examples"]
    schema = data.curated_schema.outputs["schema"]
    # Only the graph: Trainer decodes the photos once into memory, which is faster than to read decoded ones.
    transform = Transform(
        examples=examples,
        schema=schema,
        preprocessing_fn="components.transform.preprocessing_fn",
        custom_config={"code_digest": fingerprints.source_digest("components.transform")},
        splits_config=transform_pb2.SplitsConfig(analyze=[TRAIN_SPLIT], transform=[]),
        materialize=False,
        disable_statistics=True,
    )
    transform.add_upstream_node(data.data_gate)
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


def resolved_baseline(trainer: BaseNode) -> BaseNode:
    """Returns the node that finds the baseline in MLMD.

    Args:
        trainer: Its model is not its own baseline.
    """
    return resolver.Resolver(
        strategy_class=LatestOtherBlessedModelStrategy,
        model=Channel(type=Model),
        model_blessing=Channel(type=ModelBlessing),
        current_model=trainer.outputs["model"],
    ).with_id(BASELINE)


def judging_nodes(
    config: Config,
    places: Places,
    *,
    example_gen: BaseNode,
    training: tuple[BaseNode, BaseNode],
    baseline: BaseNode,
    missing_versions: list[str],
) -> ModelNodes:
    """Returns all nodes of the model.

    Args:
        config: Every setting.
        places: Where the run reads and writes.
        example_gen: Its test split judges the model.
        training: Transform and Trainer.
        baseline: Its output `model` is what the model is compared with.
        missing_versions: Versions that were pushed once and are gone from the serving folder, or changed.
    """
    examples, model = example_gen.outputs["examples"], training[1].outputs["model"]
    inspector = Inspector(
        examples=examples,
        model=model,
        code_digest=fingerprints.source_digest("components.inspector.component"),
    )
    # On the test split, which neither training nor the choice of the best epoch has seen.
    evaluator = Evaluator(
        examples=examples,
        model=model,
        baseline_model=baseline.outputs["model"],
        eval_config=eval_config(config.evaluation),
        example_splits=[TEST_SPLIT],
    )
    pusher = letter_pusher(
        model,
        evaluator.outputs["blessing"],
        places.serving,
        missing_versions,
        fingerprints.source_digest("components.pusher.component"),
    )
    return ModelNodes(*training, inspector, baseline, evaluator, pusher)


def _trainer_config(config: Config, places: Places) -> TrainerConfig:
    return TrainerConfig(
        model=config.model,
        augmentation=config.augmentation,
        train=config.train,
        state_root=places.training_state,
        code_digest=fingerprints.source_digest("components.trainer.run"),
    )
