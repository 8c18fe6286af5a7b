"""The artifact types that Kubeflow's UI shows, and the Python class behind each type that a step reads or gives."""

from tfx.types import artifact

_OURS = (
    "components.data_check.component.DataVerdict",
    "components.data_check.component.DataPictures",
    "components.inspector.component.ModelInspection",
    "pipeline.kubeflow.artifact_types.HTML",
    "pipeline.kubeflow.artifact_types.Metrics",
    "pipeline.kubeflow.artifact_types.ClassificationMetrics",
)
_TFX = "tfx"


class HTML(artifact.Artifact):
    """A page: unlike TFX's artifacts one file, since this is what Kubeflow's UI opens."""

    TYPE_NAME = "system.HTML"


class Metrics(artifact.Artifact):
    """Numbers in the metadata, one a property."""

    TYPE_NAME = "system.Metrics"


class ClassificationMetrics(artifact.Artifact):
    """A confusion matrix in the metadata, as `kfp.dsl.ClassificationMetrics` has it."""

    TYPE_NAME = "system.ClassificationMetrics"


# Made as files: the step gets a path to write to, not a folder.
FILE_TYPES = (HTML.TYPE_NAME,)


def class_path(title: str) -> str:
    """Returns what TFX's executor takes for a type.

    Args:
        title: A schema title of the compiled pipeline, such as `tfx.Examples`, `letters.DataVerdict` or `system.HTML`.

    Returns:
        The dotted path of our class; the title itself for TFX's own types, which TFX's executor knows.
    """
    prefix, _, name = title.rpartition(".")
    if prefix == _TFX:
        return title
    return next((path for path in _OURS if path.rpartition(".")[2] == name), title)
