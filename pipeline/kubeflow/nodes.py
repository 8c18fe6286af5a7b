"""What the graph has on Kubeflow only."""

from tfx.dsl.components.base.base_node import BaseNode

from components.baseline import PushedBaseline
from pipeline import fingerprints, ids
from pipeline.config import Config
from pipeline.kubeflow.pages import DataPage, RunPage
from pipeline.kubeflow.scores import BlessingGate, Scores
from pipeline.pipeline import Nodes, Platform
from pipeline.places import Places


def pushed_baseline(places: Places, trainer: BaseNode) -> BaseNode:
    """Returns the node that finds the latest pushed version, other than the trainer's own model."""
    return PushedBaseline(
        current_model=trainer.outputs["model"],
        serving=places.serving,
        code_digest=fingerprints.source_digest("components.baseline"),
    ).with_id(ids.BASELINE)


def reporting_nodes(config: Config, places: Places, nodes: Nodes) -> list[BaseNode]:
    """Returns what shows a run in Kubeflow's UI, and the gate that fails it where the model was not blessed."""
    evaluation, blessing = (nodes[ids.EVALUATOR].outputs[key] for key in ("evaluation", "blessing"))
    pushed_model = nodes[ids.PUSHER].outputs["pushed_model"]
    seen = {
        "examples": nodes[ids.EXAMPLE_GEN].outputs["examples"],
        "schema": nodes[ids.CURATED_SCHEMA].outputs["schema"],
        "verdict": nodes[ids.DATA_CHECK].outputs["verdict"],
        "overview": nodes[ids.DATA_OVERVIEW].outputs["overview"],
        "config": config.model_dump_json(),
        "data": places.data,
    }
    run_page = RunPage(
        **seen,
        model_run=nodes[ids.TRAINER].outputs["model_run"],
        inspection=nodes[ids.INSPECTOR].outputs["inspection"],
        evaluation=evaluation,
        blessing=blessing,
        pushed_model=pushed_model,
    )
    scores = Scores(evaluation=evaluation)
    gate = BlessingGate(blessing=blessing, evaluation=evaluation, pushed_model=pushed_model)
    # A failed gate ends the run, whatever else is still to come.
    gate.add_upstream_nodes([run_page, scores])
    return [DataPage(**seen), scores, run_page, gate]


# It runs no Resolver, and has no end of a run at which a runner could make the report.
KUBEFLOW = Platform(baseline=pushed_baseline, closing=reporting_nodes)
