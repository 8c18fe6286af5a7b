"""The pipeline's graph: `create_pipeline` makes it, for every runner."""

from tfx.orchestration import pipeline as tfx_pipeline

from pipeline.beam.engines import DIRECT_ARGS, JOB_SERVER_ENGINES
from pipeline.beam.options import read_options
from pipeline.config import Config
from pipeline.data_nodes import data_nodes
from pipeline.model_nodes import judging_nodes, resolved_baseline, training_nodes
from pipeline.places import Places

PIPELINE_NAME = "russian-letters"


def create_pipeline(
    config: Config,
    places: Places,
    *,
    missing_versions: list[str],
    enable_cache: bool,
    beam_args: tuple[str, ...] = DIRECT_ARGS,
    kubeflow: bool = False,
) -> tfx_pipeline.Pipeline:
    """Returns the pipeline, ready for a runner.

    Args:
        config: Every setting.
        places: Where the run reads and writes.
        missing_versions: Versions that were pushed once and are gone from the serving folder, or changed.
        enable_cache: Whether unchanged components are answered from earlier runs.
        beam_args: Options of the Beam runner.
        kubeflow: Whether the runner is Kubeflow: it runs no Resolver, so that the baseline is sought among the
            pushed versions, and its page and figures are made by components.

    Raises:
        UserError: If an option of Beam's is wrong.
    """
    read_options(beam_args, names_known=config.beam.engine not in JOB_SERVER_ENGINES)
    data = data_nodes(config, places)
    training = training_nodes(config, places, data)
    if kubeflow:
        # Here, since its pages import plotly, which a local run needs only at its end.
        from pipeline.kubeflow.nodes import pushed_baseline, reporting_nodes

        baseline = pushed_baseline(places, training[1])
    else:
        baseline = resolved_baseline(training[1])
    model = judging_nodes(
        config,
        places,
        example_gen=data.example_gen,
        training=training,
        baseline=baseline,
        missing_versions=missing_versions,
    )
    return tfx_pipeline.Pipeline(
        pipeline_name=PIPELINE_NAME,
        pipeline_root=places.pipeline_root,
        components=[*data, *model, *(reporting_nodes(config, places, data, model) if kubeflow else ())],
        enable_cache=enable_cache,
        beam_pipeline_args=list(beam_args),
    )
