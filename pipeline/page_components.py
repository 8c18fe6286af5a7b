"""The report as components, for runners that have no end of their own to make it at (Kubeflow).

The local runner makes its page at every ending, also where a component failed, and needs none of these.
"""

from pathlib import Path

from tfx import types
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact
from tfx.types.standard_artifacts import Examples, ModelBlessing, ModelEvaluation, ModelRun, PushedModel

from components.data_check.component import DataPictures, DataVerdict
from components.inspector.component import ModelInspection
from pipeline.config import Config
from pipeline.findings import read_findings
from pipeline.gather import read_artifacts
from pipeline.metadata import RunRecord
from pipeline.output import write_whole
from pipeline.summary import Ending, build_summary
from report.page import build_page

PAGE_FILE = "report.html"


class HTML(artifact.Artifact):
    """A folder with a page (`PAGE_FILE`)."""

    TYPE_NAME = "HTML"


@component
def DataPage(  # noqa: N802, PLR0917 (components are named as classes, and wired by keyword)
    examples: InputArtifact[Examples],
    verdict: InputArtifact[DataVerdict],
    overview: InputArtifact[DataPictures],
    page: OutputArtifact[HTML],
    config: Parameter[str],
    data: Parameter[str],
) -> None:
    """Writes the page of what is known before the training, which is all there is where the gate stops the run.

    Args:
        examples: ExampleGen's output.
        verdict: DataCheck's output.
        overview: DataOverview's output.
        page: Where the page is written.
        config: The run's configuration (`Config`) as JSON.
        data: Where the data came from.
    """
    _write(page, _data_record(examples, verdict, overview), config, data)


@component
def RunPage(  # noqa: N802, PLR0917
    examples: InputArtifact[Examples],
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
    record = _data_record(examples, verdict, overview)
    record.outputs.update(
        Trainer={"model_run": model_run.mlmd_artifact},
        Inspector={"inspection": inspection.mlmd_artifact},
        Evaluator={"evaluation": evaluation.mlmd_artifact, "blessing": blessing.mlmd_artifact},
        Pusher={"pushed_model": pushed_model.mlmd_artifact},
    )
    _write(page, record, config, data)


def _data_record(examples: types.Artifact, verdict: types.Artifact, overview: types.Artifact) -> RunRecord:
    outputs = {
        "LetterExampleGen": {"examples": examples.mlmd_artifact},
        "DataCheck": {"verdict": verdict.mlmd_artifact},
        "DataOverview": {"overview": overview.mlmd_artifact},
    }
    return RunRecord("", states={}, inputs={name: {} for name in outputs}, outputs=outputs)


def _write(page: types.Artifact, record: RunRecord, config: str, data: str) -> None:
    ending = Ending(Path(data), generated=False, findings=read_findings(record))
    summary = build_summary(Config.model_validate_json(config), ending)
    folder = Path(page.uri)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / PAGE_FILE, build_page(read_artifacts(record, summary)))
