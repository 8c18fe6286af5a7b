"""Where Kubeflow's launcher puts the artifacts of a step: a folder of the pod for every kind of object store."""

import os
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from core.errors import UserError

# kubeflow/pipelines, backend/src/v2/component/launcher_v2.go, `localPathForURI`.
_FOLDERS: Mapping[str, str] = {"gs": "/gcs", "s3": "/s3", "minio": "/minio", "oci": "/oci"}
# Where the launcher's folders begin; another place than `/` for tests alone.
_ROOT_VARIABLE = "KFP_LAUNCHER_ROOT"


def local_path(artifact: Mapping[str, Any]) -> str:
    """Returns where a step finds an artifact, or has to put it.

    Args:
        artifact: A `RuntimeArtifact` as a dictionary.

    Raises:
        UserError: If its URI is of no kind that the launcher brings.
    """
    custom = artifact.get("customPath")
    if custom:
        return str(custom)
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


def with_uris(value: Any, uris: Mapping[str, str]) -> Any:
    """Returns JSON with the URI of every artifact where a string is its path or lies below it.

    Args:
        value: Anything of JSON.
        uris: The URI of each path.
    """
    if isinstance(value, dict):
        return {key: with_uris(each, uris) for key, each in value.items()}
    if isinstance(value, list):
        return [with_uris(each, uris) for each in value]
    return _with_uri(value, uris) if isinstance(value, str) else value


def _with_uri(text: str, uris: Mapping[str, str]) -> str:
    # The longest first, lest a path that begins like another take its place.
    for path in sorted(uris, key=len, reverse=True):
        if text == path or text.startswith(f"{path}/"):
            return uris[path] + text[len(path) :]
    return text
