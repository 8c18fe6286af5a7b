"""Pushed versions in a bucket, where nothing can be renamed: the graph comes last, and a version is whole with it."""

import tempfile
from pathlib import Path

from pyarrow import fs

from components.pusher.numbers import by_number, is_version, next_number
from components.pusher.versions import GRAPH_FILE, model_digest
from core.buckets import fetch_folder, opened, without_query

# A server can load nothing without the graph, and so takes no version that is still on its way.
_LAST_FILE = GRAPH_FILE


def bucket_versions(serving: str) -> dict[int, str]:
    """Returns the name of each whole version in a folder of a bucket, in rising order.

    Args:
        serving: The folder's URI.

    Raises:
        UserError: If the bucket cannot be read.
    """
    with opened(serving) as (store, path):
        found = store.get_file_info(fs.FileSelector(path, allow_not_found=True))
        folders = [each.base_name for each in found if each.type == fs.FileType.Directory]
        names = [name for name in folders if is_version(name)]
        graphs = store.get_file_info([f"{path}/{name}/{_LAST_FILE}" for name in names])
    return dict(by_number(name for name, graph in zip(names, graphs, strict=True) if graph.is_file))


def push_to_bucket(model: Path, serving: str) -> str:
    """Makes a model the latest version, unless it is already.

    Args:
        model: A SavedModel.
        serving: The URI of the folder of versions. Only one run at a time may push to it.

    Returns:
        The version's URI, without what may hold keys.

    Raises:
        UserError: If the bucket cannot be written.
    """
    whole = list(bucket_versions(serving).values())
    if whole and _holds(serving, whole[-1], model):
        return without_query(version_uri(serving, whole[-1]))
    version = str(next_number(without_query(serving), whole))
    with opened(serving) as (store, path):
        # What a killed push may have left under the number.
        store.delete_dir_contents(f"{path}/{version}", missing_dir_ok=True)
        _upload(model, store, f"{path}/{version}")
    return without_query(version_uri(serving, version))


def version_uri(serving: str, version: str) -> str:
    """Returns the URI of a version: the folder's, with the version's name before the query."""
    folder, mark, query = serving.partition("?")
    return f"{folder.rstrip('/')}/{version}{mark}{query}"


def _holds(serving: str, version: str, model: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        fetch_folder(version_uri(serving, version), Path(folder))
        return model_digest(Path(folder)) == model_digest(model)


def _upload(model: Path, store: fs.FileSystem, target: str) -> None:
    files = [path for path in model.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda path: (path.name == _LAST_FILE, path)):
        name = f"{target}/{path.relative_to(model).as_posix()}"
        store.create_dir(name.rpartition("/")[0])
        with store.open_output_stream(name) as stream:
            stream.write(path.read_bytes())
