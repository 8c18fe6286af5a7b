"""Runs components of the model side as the pipeline does, for tests of what they decide."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tfx.proto import pusher_pb2
from tfx.types import standard_artifacts
from tfx.utils import proto_utils

from components import evaluator
from components.blessing import blessing_rules, eval_config
from components.inspector.component import ModelInspection
from components.inspector.robustness import Robustness, write_robustness
from components.pusher import component as pusher
from components.settings import EvaluationSettings
from core.features import TEST_SPLIT
from core.labels import Labels
from tests.model_fixtures import artifact, run_executor, write_examples

EVALUATION = "evaluation"


def run_evaluator(
    folder: Path,
    settings: EvaluationSettings,
    examples: Sequence[Any],
    model: Any,
    baseline: Any = None,
    *,
    labels: Labels,
    robustness: Sequence[Robustness] = (),
) -> Any:
    """Runs the pipeline's Evaluator.

    Args:
        folder: Where everything is written; what was found goes to `EVALUATION` in it.
        settings: The thresholds.
        examples: The test split, as tf.train.Example.
        model: A Model artifact.
        baseline: Likewise, where there is one.
        labels: Of the class ids; few, since TFMA takes most of a second for each.
        robustness: What the Inspector measured of changed photos.

    Returns:
        The ModelBlessing artifact.
    """
    blessing = artifact(standard_artifacts.ModelBlessing, folder / "blessing")
    inspection = artifact(ModelInspection, folder / "inspection")
    Path(inspection.uri).mkdir(parents=True)
    write_robustness(robustness, folder / "inspection")
    run_executor(
        evaluator.Executor,
        {
            "examples": [write_examples(folder / "examples", examples, TEST_SPLIT)],
            "model": [model],
            "baseline_model": [baseline] if baseline else [],
            "inspection": [inspection],
        },
        {
            "evaluation": [artifact(standard_artifacts.ModelEvaluation, folder / EVALUATION)],
            "blessing": [blessing],
        },
        {
            "eval_config": proto_utils.proto_to_json(eval_config(blessing_rules(settings, labels))),
            "example_splits": json.dumps([TEST_SPLIT]),
            "settings": settings.model_dump_json(),
        },
    )
    return blessing


def run_pusher(folder: Path, model: Any, blessing: Any) -> Any:
    """Runs the pipeline's Pusher into `folder`/serving; returns the PushedModel artifact."""
    pushed = artifact(standard_artifacts.PushedModel, folder / "pushed")
    serving = pusher_pb2.PushDestination.Filesystem(base_directory=str(folder / "serving"))
    destination = proto_utils.proto_to_json(pusher_pb2.PushDestination(filesystem=serving))
    pusher.Executor().Do(
        {"model": [model], "model_blessing": [blessing]},
        {"pushed_model": [pushed]},
        {"push_destination": destination, "custom_config": "null"},
    )
    return pushed
