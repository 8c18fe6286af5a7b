"""The folder of pushed versions, on a disk or in a bucket.

In a bucket nothing can be renamed: a version's graph is written last, and a version is whole with it.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyarrow import fs

from components.pusher.versions import GRAPH_FILE, is_version, model_digest, next_number, push, versions
from core.buckets import fetch_folder, opened, without_query
from core.files import is_uri


def push_to(model: Path, digest: str, serving: str) -> str:
    """Makes a model the latest version of a folder of versions, unless it already is.

    Args:
        model: A SavedModel.
        digest: Its `model_digest`.
        serving: A path, or the URI of a bucket's folder. Only one run at a time may push to it.

    Returns:
        The version's path, or its URI without what may hold keys.

    Raises:
        UserError: If the bucket cannot be written.
    """
    if not is_uri(serving):
        return str(push(model, digest, Path(serving)))
    whole = bucket_versions(serving)
    if not whole or _digest(serving, whole[-1]) != digest:
        whole.append(next_number(map(str, whole)))
        with opened(version_uri(serving, whole[-1])) as (store, path):
            _upload(model, store, path)
    return without_query(version_uri(serving, whole[-1]))


def fetch_latest_other(serving: str, model: Path, target: Path) -> bool:
    """Copies the latest version that is not a given model.

    Args:
        serving: A path or a URI of a folder of versions.
        model: The SavedModel that the version must differ from.
        target: Where to; left alone where there is no such version.

    Returns:
        Whether there is one.
    """
    digest = model_digest(model)
    for version in reversed(bucket_versions(serving) if is_uri(serving) else versions(Path(serving))):
        with _on_disk(serving, version) as folder:
            # A folder without a graph is no model, whoever made it, and no baseline.
            if (folder / GRAPH_FILE).is_file() and model_digest(folder) != digest:
                shutil.copytree(folder, target, dirs_exist_ok=True)
                return True
    return False


def bucket_versions(serving: str) -> list[int]:
    """Returns the whole versions in a folder of a bucket, by its URI, in rising order.

    Raises:
        UserError: If the bucket cannot be read.
    """
    with opened(serving) as (store, path):
        found = store.get_file_info(fs.FileSelector(path, allow_not_found=True))
        names = [each.base_name for each in found if each.type == fs.FileType.Directory and is_version(each.base_name)]
        # A server can load nothing without the graph, and so takes no version that is still on its way.
        graphs = store.get_file_info([f"{path}/{name}/{GRAPH_FILE}" for name in names])
    return sorted(int(name) for name, graph in zip(names, graphs, strict=True) if graph.is_file)


def version_uri(serving: str, version: int) -> str:
    """Returns the URI of a version: the folder's, with the number before the query."""
    folder, mark, query = serving.partition("?")
    return f"{folder.rstrip('/')}/{version}{mark}{query}"


def _digest(serving: str, version: int) -> str:
    with _on_disk(serving, version) as folder:
        return model_digest(folder)


@contextmanager
def _on_disk(serving: str, version: int) -> Iterator[Path]:
    """Yields a version's folder: its own, or a copy of what is in a bucket, for the time being."""
    if not is_uri(serving):
        yield Path(serving) / str(version)
        return
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "version"
        fetch_folder(version_uri(serving, version), copy)
        yield copy


def _upload(model: Path, store: fs.FileSystem, target: str) -> None:
    # What a killed push may have left under the number.
    store.delete_dir_contents(target, missing_dir_ok=True)
    files = [path for path in model.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda path: (path.name == GRAPH_FILE, path)):
        name = f"{target}/{path.relative_to(model).as_posix()}"
        store.create_dir(name.rpartition("/")[0])
        with store.open_output_stream(name) as stream:
            stream.write(path.read_bytes())
