"""What a run came to, for comparing it with another run on the same data: no times, no places."""

import hashlib
import json
from pathlib import Path
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from components.pusher.versions import versions
from pipeline.local.output import Output
from pipeline.outcome.outcome import find_outcome
from pipeline.outcome.record import find_run, open_store, read_run


def outcome(folder: Path) -> dict[str, Any]:
    """Returns what the last run in an output folder came to: its figures, records, weights and probabilities."""
    output = Output(folder)
    summary = json.loads(output.summary.read_text(encoding="utf-8"))
    store = open_store(output.metadata)
    found = find_outcome(store, read_run(store, find_run(store, summary["run"])))
    examples = found.folder("examples")
    assert examples and found.inspection
    train = {name: value for name, value in summary["train"].items() if name != "seconds"}
    return {
        **{name: summary[name] for name in ("data", "test", "blessed", "reasons")},
        "train": train,
        "records": _digests(examples),
        "weights": _digests(Path(summary["pushed_model"]) / "variables"),
        "probabilities": found.inspection.probabilities.tobytes(),
        "versions": versions(output.serving),
    }


def times_completed(folder: Path) -> dict[str, int]:
    """Returns how often each component really ran to its end, over all runs in an output folder."""
    store = open_store(Output(folder).metadata)
    return {
        node.name.rpartition(".")[2]: sum(
            execution.last_known_state == metadata_store_pb2.Execution.COMPLETE
            for execution in store.get_executions_by_context(node.id)
        )
        for node in store.get_contexts_by_type("node")
    }


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
