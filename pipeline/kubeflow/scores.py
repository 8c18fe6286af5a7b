"""What the Evaluator found, as Kubeflow's UI shows it; and the step that says whether the run was a success."""

from typing import Any

from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact
from tfx.dsl.component.experimental.decorators import component
from tfx.types.standard_artifacts import ModelBlessing, ModelEvaluation, PushedModel

from components.baseline import BLESSED_PROPERTY
from components.test_result import TestResult, read_test_result
from core.columns import slice_columns
from core.errors import UserError
from pipeline.kubeflow.artifact_types import ClassificationMetrics, Metrics


@component
def Scores(  # noqa: N802 (components are named as classes)
    evaluation: InputArtifact[ModelEvaluation],
    metrics: OutputArtifact[Metrics],
    confusion: OutputArtifact[ClassificationMetrics],
) -> None:
    """Puts the accuracies and the confusion matrix into the metadata of two artifacts.

    Args:
        evaluation: Evaluator's output.
        metrics: Receives the accuracies.
        confusion: Receives the matrix.
    """
    result = read_test_result(evaluation.uri)
    for name, value in accuracies(result).items():
        metrics.set_float_custom_property(name, value)
    confusion.set_json_value_custom_property("confusionMatrix", confusion_matrix(result))


def accuracies(result: TestResult) -> dict[str, float]:
    """Returns the accuracies of the test split by what the UI shall call them: overall, by letter, by slice."""
    return {
        "accuracy": result.overall.value,
        "accuracy among two": result.top_2.value,
        **{f"accuracy of {letter}": each.value for letter, each in result.per_letter.items()},
        **{
            f"accuracy on {value} {column.title}": each.value
            for column in slice_columns()
            for value, each in result.per_value(column).items()
        },
    }


def confusion_matrix(result: TestResult) -> dict[str, Any]:
    """Returns the matrix as `kfp.dsl.ClassificationMetrics` keeps it: a row for each true letter."""
    return {
        "annotationSpecs": [{"displayName": letter} for letter in result.labels],
        "rows": [{"row": [float(photos) for photos in row]} for row in result.confusion],
    }


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
