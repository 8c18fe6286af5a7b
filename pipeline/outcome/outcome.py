"""Finds in TFX's record of runs what a run came to."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ml_metadata.metadata_store import metadata_store

from pipeline import ids
from pipeline.outcome.record import RunRecord, earlier_artifact
from report.outcome import Node, Outcome

# The components that give what an outcome is read from, by the names of their outputs.
_GIVEN_BY: Mapping[str, str] = {
    "examples": ids.EXAMPLE_GEN,
    "schema": ids.CURATED_SCHEMA,
    "statistics": ids.STATISTICS_GEN,
    "verdict": ids.DATA_CHECK,
    "overview": ids.DATA_OVERVIEW,
    "model": ids.TRAINER,
    "model_run": ids.TRAINER,
    "inspection": ids.INSPECTOR,
    "evaluation": ids.EVALUATOR,
    "blessing": ids.EVALUATOR,
    "pushed_model": ids.PUSHER,
}


def find_outcome(
    store: metadata_store.MetadataStore, record: RunRecord, bad_records_file: Path | None = None
) -> Outcome:
    """Returns what a run came to.

    Args:
        store: TFX's record of runs.
        record: The run's.
        bad_records_file: Where the bad records of the last run stand, if it is the last.
    """
    found = {output: record.given(component, output) for output, component in _GIVEN_BY.items()}
    return Outcome(
        {output: artifact for output, artifact in found.items() if artifact},
        graph_of(record),
        earlier_artifact(store, record, ids.STATISTICS_GEN, "statistics"),
        bad_records_file,
    )


def graph_of(record: RunRecord) -> Sequence[Node]:
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
