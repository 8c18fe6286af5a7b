"""Between Kubeflow's launcher and TFX's executor for Kubeflow: what one hands over, as the other takes it, and back.

Importing this module imports nothing heavy.
"""

import copy
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import UserError
from core.files import write_whole

Json = dict[str, Any]

# Where the launcher puts artifacts: kubeflow/pipelines, backend/src/v2/component/launcher_v2.go, `localPathForURI`.
_FOLDERS: Mapping[str, str] = {"gs": "/gcs", "s3": "/s3", "minio": "/minio", "oci": "/oci"}
# Where the launcher's folders begin; another place than `/` for tests alone.
_ROOT_VARIABLE = "KFP_LAUNCHER_ROOT"
# Its artifacts are files: a step gets a path to write to, not a folder.
_PAGE = "pipeline.kubeflow.pages.HTML"
# Whatever its metadata have is shown as a figure.
_METRICS = "pipeline.kubeflow.scores.Metrics"
_TFX_VERSION = "tfx_version"


def adapted(
    invocation: Mapping[str, Any], input_types: Mapping[str, str], output_types: Mapping[str, str]
) -> tuple[Json, dict[str, str]]:
    """Returns a step's `ExecutorInput` as TFX takes it, with types and local paths, and the URI of each of the paths.

    Kubeflow adds outputs that no component declared (`executor-logs`), tells no types of inputs, and names objects in
    a store where it has put files; TFX's executor fails on each.

    The launcher puts `invocation` in place of `{{$}}`; the other two are the classes of its artifacts.

    Raises:
        UserError: If an artifact lies where the launcher brings nothing from.
    """
    # Here, since it imports TFX.
    from components.baseline import ABSENT_PROPERTY

    step_input, uris = copy.deepcopy(dict(invocation)), {}
    step_input.setdefault("inputs", {}).setdefault("parameterValues", {})
    for side, types in (("inputs", input_types), ("outputs", output_types)):
        given = step_input[side].get("artifacts", {})
        step_input[side]["artifacts"] = {key: given[key] for key in types if given.get(key, {}).get("artifacts")}
        for key, artifact in artifacts_of(step_input, side):
            path, uri = local_path(artifact), artifact["uri"]
            uris[path] = uri
            artifact["type"] = {"schemaTitle": types[key]}
            # A name is TFX's identity of an artifact, and its Evaluator looks up the model's.
            artifact["name"] = artifact.get("name") or f"{key}:{uri}"
            artifact["uri"] = path
            artifact.pop("customPath", None)
    absent = [key for key, each in artifacts_of(step_input, "inputs") if each.get("metadata", {}).get(ABSENT_PROPERTY)]
    for key in absent:
        del step_input["inputs"]["artifacts"][key]
    return step_input, uris


def artifacts_of(step_input: Json, side: str) -> Iterator[tuple[str, Json]]:
    """Yields every artifact of one side of a step, `inputs` or `outputs`, with its key."""
    for key, listed in step_input[side]["artifacts"].items():
        for artifact in listed["artifacts"]:
            yield key, artifact


def local_path(artifact: Mapping[str, Any]) -> str:
    """Returns where a step finds an artifact, a `RuntimeArtifact` as a dictionary, or has to put it.

    Raises:
        UserError: If its URI is of no kind that the launcher brings.
    """
    if artifact.get("customPath"):
        return str(artifact["customPath"])
    uri = str(artifact.get("uri", ""))
    scheme, separator, rest = uri.partition("://")
    if not separator and PurePosixPath(uri).is_absolute():
        # `kfp.local` gives paths.
        return uri
    if scheme not in _FOLDERS or not rest:
        raise UserError(
            f"artifact URI {uri or '(none)'}: this step takes {', '.join(_FOLDERS)} only; set --pipeline-root"
        )
    return f"{os.environ.get(_ROOT_VARIABLE, '').rstrip('/')}{_FOLDERS[scheme]}/{rest}"


def make_output_folders(step_input: Json) -> None:
    """Makes the folders of the outputs: the launcher makes only those around them, and no executor does."""
    for _, artifact in artifacts_of(step_input, "outputs"):
        path = Path(artifact["uri"])
        folder = path.parent if artifact["type"]["schemaTitle"] == _PAGE else path
        folder.mkdir(parents=True, exist_ok=True)


def rewrite_output(path: Path, uris: Mapping[str, str], types: Mapping[str, str]) -> None:
    """Puts what the launcher takes in the place of the `ExecutorOutput` that TFX wrote.

    It takes URIs, one for each path, in metadata too, and refuses nulls. `types` are the classes of the outputs.
    """
    output = json.loads(path.read_text(encoding="utf-8"))
    output["artifacts"] = _with_uris(output.get("artifacts", {}), uris)
    for key, artifact in artifacts_of({"outputs": output}, "outputs"):
        # Ours where Kubeflow gave none, and an identity of its store elsewhere: neither is the step's to tell.
        artifact.pop("name", None)
        left_out = {_TFX_VERSION} if types.get(key) == _METRICS else set()
        metadata = artifact.get("metadata", {}).items()
        artifact["metadata"] = {name: value for name, value in metadata if value is not None and name not in left_out}
    write_whole(path, json.dumps(output, ensure_ascii=False))


def _with_uris(value: Any, uris: Mapping[str, str]) -> Any:
    """Returns JSON with the URI of every artifact where a string is its path or lies below it."""
    if isinstance(value, dict):
        return {key: _with_uris(each, uris) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_uris(each, uris) for each in value]
    # The longest first, lest a path that begins like another take its place.
    for path in sorted(uris, key=len, reverse=True) if isinstance(value, str) else ():
        if value == path or value.startswith(f"{path}/"):
            return uris[path] + value[len(path) :]
    return value
