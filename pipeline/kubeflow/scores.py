"""What the Evaluator found, as Kubeflow's UI shows it; and the step that says whether the run was a success."""

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact
from tfx.types.standard_artifacts import ModelBlessing, ModelEvaluation, PushedModel

from components.baseline import BLESSED_PROPERTY
from components.blessing import CHANGE
from components.test_result import read_test_result
from core.columns import slice_columns
from core.errors import UserError


class Metrics(artifact.Artifact):
    """Numbers in the metadata, one a property."""

    TYPE_NAME = "system.Metrics"


class ClassificationMetrics(artifact.Artifact):
    """A confusion matrix in the metadata, as `kfp.dsl.ClassificationMetrics` has it."""

    TYPE_NAME = "system.ClassificationMetrics"


@component
def Scores(  # noqa: N802 (components are named as classes)
    evaluation: InputArtifact[ModelEvaluation],
    metrics: OutputArtifact[Metrics],
    confusion: OutputArtifact[ClassificationMetrics],
) -> None:
    """Puts the accuracies and the confusion matrix of the test split into the metadata of two artifacts.

    The accuracies, overall, by letter, by slice and of changed photos, are named as the UI shall call them; the matrix
    has a row for each true letter.
    """
    result = read_test_result(evaluation.uri)
    found = {"accuracy": result.overall, "accuracy among two": result.top_2}
    found |= {f"accuracy of {letter}": each for letter, each in result.per_letter.items()}
    for column in slice_columns():
        values = result.per_value(column).items()
        found |= {f"accuracy on {value} {column.title}": each for value, each in values}
    for name, accuracy in found.items():
        metrics.set_float_custom_property(name, accuracy.value)
    for judged in result.judged:
        if CHANGE in dict(judged.rule.slice) and judged.value is not None:
            metrics.set_float_custom_property("accuracy under the worst change", judged.value)
    matrix = {
        "annotationSpecs": [{"displayName": letter} for letter in result.labels],
        "rows": [{"row": [float(photos) for photos in row]} for row in result.confusion],
    }
    confusion.set_json_value_custom_property("confusionMatrix", matrix)


@component
def BlessingGate(  # noqa: N802
    blessing: InputArtifact[ModelBlessing],
    evaluation: InputArtifact[ModelEvaluation],
    pushed_model: InputArtifact[PushedModel],
) -> None:
    """Fails a run whose model was not blessed, so that Kubeflow shows, counts and reports it as failed.

    Args:
        blessing: Evaluator's output.
        evaluation: Evaluator's output, for the reasons.
        pushed_model: Pusher's output, so that the gate comes last.

    Raises:
        UserError: If the model was not blessed.
    """
    del pushed_model
    if not blessing.get_int_custom_property(BLESSED_PROPERTY):
        reasons = "; ".join(read_test_result(evaluation.uri).reasons)
        raise UserError(f"the model was not blessed: {reasons}")
