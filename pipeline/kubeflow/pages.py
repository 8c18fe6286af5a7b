"""The report as components: Kubeflow has no end of a run at which the runner could make it, as the local one does."""

from collections.abc import Mapping
from pathlib import Path

from ml_metadata.proto import metadata_store_pb2
from tfx import types
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import Examples, ModelBlessing, ModelEvaluation, ModelRun, PushedModel, Schema

from components.data_check.component import DataPictures, DataVerdict
from components.inspector.component import ModelInspection
from core.buckets import without_query
from core.files import write_whole
from pipeline.config import Config
from pipeline.kubeflow.artifact_types import HTML
from pipeline.outcome.summary import Ending, build_summary
from report.outcome import Outcome
from report.page import build_page


@component
def DataPage(  # noqa: N802, PLR0917 (components are named as classes, and wired by keyword)
    examples: InputArtifact[Examples],
    schema: InputArtifact[Schema],
    verdict: InputArtifact[DataVerdict],
    overview: InputArtifact[DataPictures],
    page: OutputArtifact[HTML],
    config: Parameter[str],
    data: Parameter[str],
) -> None:
    """Writes the page of what is known before the training, which is all there is where the gate stops the run.

    Args:
        examples: ExampleGen's output.
        schema: The curated one.
        verdict: DataCheck's output.
        overview: DataOverview's output.
        page: Where the page is written.
        config: The run's configuration (`Config`) as JSON.
        data: Where the data came from.
    """
    seen = {"examples": examples, "schema": schema, "verdict": verdict, "overview": overview}
    _write(page, seen, config, data)


@component
def RunPage(  # noqa: N802, PLR0917
    examples: InputArtifact[Examples],
    schema: InputArtifact[Schema],
    verdict: InputArtifact[DataVerdict],
    overview: InputArtifact[DataPictures],
    model_run: InputArtifact[ModelRun],
    inspection: InputArtifact[ModelInspection],
    evaluation: InputArtifact[ModelEvaluation],
    blessing: InputArtifact[ModelBlessing],
    pushed_model: InputArtifact[PushedModel],
    page: OutputArtifact[HTML],
    config: Parameter[str],
    data: Parameter[str],
) -> None:
    """Writes the page of a run that came to its evaluation.

    Args:
        examples: ExampleGen's output.
        schema: The curated one.
        verdict: DataCheck's output.
        overview: DataOverview's output.
        model_run: Trainer's output.
        inspection: Inspector's output.
        evaluation: Evaluator's output.
        blessing: Evaluator's output.
        pushed_model: Pusher's output.
        page: Where the page is written.
        config: The run's configuration (`Config`) as JSON.
        data: Where the data came from.
    """
    seen = {"examples": examples, "schema": schema, "verdict": verdict, "overview": overview}
    judged = {"inspection": inspection, "evaluation": evaluation, "blessing": blessing, "pushed_model": pushed_model}
    _write(page, {**seen, "model_run": model_run, **judged}, config, data)


def plain(artifact: types.Artifact) -> metadata_store_pb2.Artifact:
    """Returns MLMD's record of an artifact, with numbers and strings where Kubeflow gives structures of one."""
    record = metadata_store_pb2.Artifact()
    record.CopyFrom(artifact.mlmd_artifact)
    for key in artifact.mlmd_artifact.custom_properties:
        value = artifact.get_json_value_custom_property(key)
        if isinstance(value, float):
            record.custom_properties[key].int_value = int(value)
        elif isinstance(value, str):
            record.custom_properties[key].string_value = value
    return record


def _write(page: types.Artifact, artifacts: Mapping[str, types.Artifact], config: str, data: str) -> None:
    outcome = Outcome({name: plain(artifact) for name, artifact in artifacts.items()})
    ending = Ending(without_query(data), generated=False, outcome=outcome)
    path = Path(page.uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, build_page(build_summary(Config.model_validate_json(config), ending), outcome))
