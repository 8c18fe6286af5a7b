"""What TFX's executor says of a step's outputs, turned into what Kubeflow's launcher takes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.files import write_whole
from pipeline.kubeflow.launcher_paths import with_uris


def for_launcher(output: Mapping[str, Any], uris: Mapping[str, str]) -> dict[str, Any]:
    """Returns an `ExecutorOutput` with URIs for paths, in metadata too, and without what the launcher refuses.

    Args:
        output: As TFX wrote it.
        uris: The URI of each path.
    """
    artifacts = {
        key: {"artifacts": [_without_nulls(with_uris(artifact, uris)) for artifact in value["artifacts"]]}
        for key, value in output.get("artifacts", {}).items()
    }
    return {**output, "artifacts": artifacts}


def rewrite_output(path: Path, uris: Mapping[str, str]) -> None:
    """Puts the launcher's form of the output file in the place of TFX's."""
    output = json.loads(path.read_text(encoding="utf-8"))
    write_whole(path, json.dumps(for_launcher(output, uris), ensure_ascii=False))


def _without_nulls(artifact: Mapping[str, Any]) -> dict[str, Any]:
    # The name is ours where Kubeflow gave none, and an identity of its store elsewhere: neither is the step's to tell.
    kept = {key: value for key, value in artifact.items() if key != "name"}
    kept["metadata"] = {key: value for key, value in artifact.get("metadata", {}).items() if value is not None}
    return kept
