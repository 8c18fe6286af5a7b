"""Folders in object stores (S3 and what speaks like it, Google Cloud Storage), by Arrow's file systems."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyarrow import ArrowException, fs

from core.errors import UserError

# What may hold keys before an @. A key may have a slash, a question mark or an @ in it, where nobody encoded them.
_USER = re.compile(r"//([^@?]*:.*|[^/@?]*)@")


@contextmanager
def opened(uri: str) -> Iterator[tuple[fs.FileSystem, str]]:
    """Opens the store that a URI names.

    Args:
        uri: Such as `gs://bucket/folder` or `s3://bucket/folder?endpoint_override=host:9000&scheme=http`; the keys
            come from the environment (`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or Google's own).

    Yields:
        The store, and the folder's path in it.

    Raises:
        UserError: If the URI cannot be read, or whatever is done with the store fails.
    """
    try:
        yield fs.FileSystem.from_uri(uri)
    except (ArrowException, OSError, ValueError) as error:
        # Arrow quotes a URI that it cannot read.
        reason = str(error).partition("\n")[0].replace(uri, without_query(uri))
        raise UserError(f"{without_query(uri)}: {reason}") from None


def without_query(uri: str) -> str:
    """Returns a URI as it may be shown: what follows a `?`, and a user before an `@`, may hold keys."""
    return _USER.sub("//", uri).partition("?")[0]


def fetch_folder(uri: str, folder: Path) -> None:
    """Copies a folder of a bucket (see `opened`) into a local one, which is made where it does not exist.

    Raises:
        UserError: If there is nothing, or it cannot be read.
    """
    with opened(uri) as (store, path):
        if store.get_file_info(path).type != fs.FileType.Directory:
            raise UserError(f"{without_query(uri)}: no such folder; check the bucket, the path and the keys")
        folder.mkdir(parents=True, exist_ok=True)
        fs.copy_files(path, str(folder), source_filesystem=store, destination_filesystem=fs.LocalFileSystem())
