"""Reads what a report is made of from MLMD and the artifacts; importing this module imports TFMA and TFDV."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tensorflow_data_validation as tfdv
from ml_metadata.metadata_store import metadata_store

from components.data_check.overview import CONTACT_SHEET_FILE, DUPLICATES_FILE
from components.data_check.statistics import STATISTICS_FILE
from components.data_check.verdict import VERDICT_FILE
from components.example_gen.bad_records import BAD_RECORDS_FILE, read_bad_records
from components.inspector.inspection import read_inspection
from components.test_result import read_baseline_result, read_test_result
from components.trainer.history import HISTORY_FILE, read_history
from components.trainer.pictures import AUGMENTED_FILE
from core.features import TRAIN_SPLIT
from pipeline.outcome.record import RunRecord, list_runs, read_run
from report.drift import drift_between
from report.sources import Drift, Node, Sources


def gather(store: metadata_store.MetadataStore, record: RunRecord, summary: Mapping[str, Any]) -> Sources:
    """Returns all that a run's report can show.

    Args:
        store: TFX's record of runs.
        record: The run's.
        summary: As in `summary.json`.
    """
    sources = read_artifacts(record, summary)
    return dataclasses.replace(sources, drift=_drift(store, record), graph=graph_of(record))


def read_artifacts(record: RunRecord, summary: Mapping[str, Any]) -> Sources:
    """Returns what a run's artifacts say, without what other runs and MLMD's events would add.

    Args:
        record: The run's.
        summary: As in `summary.json`.
    """
    overview = record.uri("DataOverview", "overview")
    model_run = record.uri("Trainer", "model_run")
    evaluation = record.uri("Evaluator", "evaluation")
    inspection = record.uri("Inspector", "inspection")
    examples = record.uri("LetterExampleGen", "examples")
    return Sources(
        summary=summary,
        verdict=_json(record.uri("DataCheck", "verdict"), VERDICT_FILE),
        contact_sheet=_bytes(overview, CONTACT_SHEET_FILE),
        duplicates=_json(overview, DUPLICATES_FILE) or (),
        bad_records=read_bad_records(examples / BAD_RECORDS_FILE) if examples else (),
        history=read_history(model_run / HISTORY_FILE) if model_run else (),
        augmented=_bytes(model_run, AUGMENTED_FILE),
        test=read_test_result(str(evaluation)) if evaluation else None,
        baseline=read_baseline_result(str(evaluation)) if evaluation else None,
        inspection=read_inspection(inspection) if inspection else None,
    )


def graph_of(record: RunRecord) -> list[Node]:
    """Returns a run's components, in the order in which they ran, with what they read and gave."""
    producer = {a.id: name for name, outputs in record.outputs.items() for a in outputs.values()}
    return [
        Node(
            name=name,
            reads=tuple(
                sorted({producer[a.id] for a in record.inputs[name].values() if producer.get(a.id, name) != name})
            ),
            outputs={key: artifact.uri for key, artifact in sorted(outputs.items())},
        )
        for name, outputs in record.outputs.items()
    ]


def _drift(store: metadata_store.MetadataStore, record: RunRecord) -> Sequence[Drift] | None:
    """Returns the drift since the latest earlier run whose statistics are others."""
    now = record.uri("StatisticsGen", "statistics")
    if now is None:
        return None
    runs = list_runs(store)
    names = [run.name for run in runs]
    for run in reversed(runs[: names.index(record.name)]):
        before = read_run(store, run).uri("StatisticsGen", "statistics")
        if before and before != now:
            return drift_between(*(tfdv.load_stats_binary(str(_statistics(folder))) for folder in (now, before)))
    return None


def _statistics(artifact: Path) -> Path:
    return artifact / f"Split-{TRAIN_SPLIT}" / STATISTICS_FILE


def _json(folder: Path | None, file: str) -> Any:
    content = _bytes(folder, file)
    return None if content is None else json.loads(content)


def _bytes(folder: Path | None, file: str) -> bytes | None:
    return (folder / file).read_bytes() if folder and (folder / file).exists() else None
