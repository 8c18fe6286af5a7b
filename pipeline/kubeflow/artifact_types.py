"""The artifact types that Kubeflow's UI shows."""

from tfx.types import artifact


class HTML(artifact.Artifact):
    """A page: unlike TFX's artifacts one file, since this is what Kubeflow's UI opens."""

    TYPE_NAME = "system.HTML"


class Metrics(artifact.Artifact):
    """Numbers in the metadata, one a property."""

    TYPE_NAME = "system.Metrics"


class ClassificationMetrics(artifact.Artifact):
    """A confusion matrix in the metadata, as `kfp.dsl.ClassificationMetrics` has it."""

    TYPE_NAME = "system.ClassificationMetrics"
