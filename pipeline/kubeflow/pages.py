"""The report as a component: Kubeflow has no end of a run at which the runner could make it, as the local one does."""

from pathlib import Path

from ml_metadata.proto import metadata_store_pb2
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact
from tfx.types.standard_artifacts import Examples, ModelBlessing, ModelEvaluation, ModelRun, PushedModel, Schema

from components.data_check.component import DataPictures, DataVerdict
from components.inspector.component import ModelInspection
from core.buckets import without_query
from core.files import as_place, folders_of, write_whole
from pipeline.config import Config
from pipeline.outcome.summary import Ending, build_summary
from report.outcome import Outcome
from report.page import build_page


class HTML(artifact.Artifact):
    """A page: unlike TFX's artifacts one file, since this is what Kubeflow's UI opens."""

    TYPE_NAME = "system.HTML"


@component
def Page(  # noqa: N802, PLR0917 (components are named as classes, and wired by keyword)
    examples: InputArtifact[Examples],
    schema: InputArtifact[Schema],
    verdict: InputArtifact[DataVerdict],
    overview: InputArtifact[DataPictures],
    page: OutputArtifact[HTML],
    config: Parameter[str],
    data: Parameter[str],
    model_run: InputArtifact[ModelRun] = None,
    inspection: InputArtifact[ModelInspection] = None,
    evaluation: InputArtifact[ModelEvaluation] = None,
    blessing: InputArtifact[ModelBlessing] = None,
    pushed_model: InputArtifact[PushedModel] = None,
) -> None:
    """Writes the page of a run: of what is known before the training, and with more inputs of what it came to.

    The inputs are what other components gave under these names; `config` is the run's `Config` as JSON, and `data` says
    where the data came from.
    """
    seen = {"examples": examples, "schema": schema, "verdict": verdict, "overview": overview, "model_run": model_run}
    judged = {"inspection": inspection, "evaluation": evaluation, "blessing": blessing, "pushed_model": pushed_model}
    outcome = Outcome({name: plain(each) for name, each in {**seen, **judged}.items() if each is not None})
    ending = Ending(as_place([without_query(folder) for folder in folders_of(data)]), generated=False, outcome=outcome)
    path = Path(page.uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    # When the run began a step does not know, and its own seconds say nothing.
    summary = build_summary(Config.model_validate_json(config), ending) | {"started": None, "seconds": None}
    write_whole(path, build_page(summary, outcome))


def plain(given: artifact.Artifact) -> metadata_store_pb2.Artifact:
    """Returns MLMD's record of an artifact, with numbers and strings where Kubeflow gives structures of one."""
    record = metadata_store_pb2.Artifact()
    record.CopyFrom(given.mlmd_artifact)
    for key in given.mlmd_artifact.custom_properties:
        value = given.get_json_value_custom_property(key)
        if isinstance(value, float):
            record.custom_properties[key].int_value = int(value)
        elif isinstance(value, str):
            record.custom_properties[key].string_value = value
    return record
