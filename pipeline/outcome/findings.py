"""Reads what a run's artifacts say; importing this module imports TFMA."""

import json
from pathlib import Path
from typing import Any

from components.baseline import BLESSED_PROPERTY, WITHDRAWN_PROPERTY
from components.data_check.verdict import VERDICT_FILE
from components.example_gen.executor import DROPPED_PROPERTY
from components.pusher.component import DESTINATION_PROPERTY, PUSHED_PROPERTY
from components.test_result import TestResult, read_test_result
from components.trainer.history import REPORT_FILE
from pipeline.outcome.record import RunRecord
from pipeline.outcome.summary import Findings

# Why a model that was blessed once is not any more.
WITHDRAWN = "the model was withdrawn by --rollback; train another one"


def read_findings(record: RunRecord) -> Findings:
    """Returns what the artifacts of a run say."""
    evaluation = record.uri("Evaluator", "evaluation")
    model_run = record.uri("Trainer", "model_run")
    result = read_test_result(str(evaluation)) if evaluation else None
    withdrawn = _is_withdrawn(record)
    return Findings(
        verdict=_read_json(record.uri("DataCheck", "verdict"), VERDICT_FILE),
        dropped=_dropped(record),
        training=_read_json(model_run, REPORT_FILE),
        training_logs=str(model_run.parent) if model_run else None,
        test=test_figures(result) if result else None,
        blessed=_blessed(record) and not withdrawn,
        reasons=(*(result.reasons if result else ()), *((WITHDRAWN,) if withdrawn else ())),
        pushed_model=_pushed_model(record),
    )


def test_figures(result: TestResult) -> dict[str, Any]:
    """Returns the figures of the test split for the summary; accuracies are fractions."""
    return {
        "accuracy": result.overall.value,
        "photos": result.overall.photos,
        "interval_95": list(result.overall.interval_95()),
        "per_letter": {letter: a.value for letter, a in result.per_letter.items()},
        "per_background": {name: a.value for name, a in result.per_background.items()},
    }


def _blessed(record: RunRecord) -> bool | None:
    blessing = record.outputs.get("Evaluator", {}).get("blessing")
    return bool(blessing.custom_properties[BLESSED_PROPERTY].int_value) if blessing else None


def _is_withdrawn(record: RunRecord) -> bool:
    model = record.outputs.get("Trainer", {}).get("model")
    return bool(model and model.custom_properties[WITHDRAWN_PROPERTY].int_value)


def _dropped(record: RunRecord) -> int | None:
    examples = record.outputs.get("LetterExampleGen", {}).get("examples")
    return examples.custom_properties[DROPPED_PROPERTY].int_value if examples else None


def _pushed_model(record: RunRecord) -> str | None:
    artifact = record.outputs.get("Pusher", {}).get("pushed_model")
    if not artifact or not artifact.custom_properties[PUSHED_PROPERTY].int_value:
        return None
    return str(artifact.custom_properties[DESTINATION_PROPERTY].string_value)


def _read_json(folder: Path | None, file: str) -> Any:
    if folder is None:
        return None
    return json.loads((folder / file).read_text(encoding="utf-8"))
