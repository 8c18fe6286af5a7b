"""The nodes that the pipeline has on Kubeflow only."""

from tfx.dsl.components.base.base_node import BaseNode

from components.pushed_baseline import PushedBaseline
from pipeline import fingerprints
from pipeline.config import Config
from pipeline.data_nodes import DataNodes
from pipeline.kubeflow.pages import DataPage, RunPage
from pipeline.kubeflow.scores import BlessingGate, Scores
from pipeline.model_nodes import BASELINE, ModelNodes
from pipeline.places import Places


def pushed_baseline(places: Places, trainer: BaseNode) -> BaseNode:
    """Returns the node that finds the baseline among the pushed versions.

    Args:
        places: Where the run reads and writes.
        trainer: Its model is not its own baseline.
    """
    return PushedBaseline(
        current_model=trainer.outputs["model"],
        serving=places.serving,
        code_digest=fingerprints.source_digest("components.pushed_baseline"),
    ).with_id(BASELINE)


def reporting_nodes(config: Config, places: Places, data: DataNodes, model: ModelNodes) -> list[BaseNode]:
    """Returns what shows a run in Kubeflow's UI, and the gate that fails it where the model was not blessed.

    Args:
        config: Every setting.
        places: Where the run reads and writes.
        data: The nodes of the data.
        model: The nodes of the model.
    """
    evaluation, blessing = model.evaluator.outputs["evaluation"], model.evaluator.outputs["blessing"]
    seen = {
        "examples": data.example_gen.outputs["examples"],
        "verdict": data.data_check.outputs["verdict"],
        "overview": data.data_overview.outputs["overview"],
        "config": config.model_dump_json(),
        "data": places.data,
    }
    run_page = RunPage(
        **seen,
        model_run=model.trainer.outputs["model_run"],
        inspection=model.inspector.outputs["inspection"],
        evaluation=evaluation,
        blessing=blessing,
        pushed_model=model.pusher.outputs["pushed_model"],
    )
    gate = BlessingGate(blessing=blessing, evaluation=evaluation, pushed_model=model.pusher.outputs["pushed_model"])
    scores = Scores(evaluation=evaluation)
    # A failed gate ends the run, whatever else is still to come.
    gate.add_upstream_nodes([run_page, scores])
    return [DataPage(**seen), scores, run_page, gate]
