"""A fingerprint of a data folder's content, and the ExampleGen driver that puts it into TFX's cache key."""

import hashlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Optional

from tfx.components.example_gen import driver, input_processor
from tfx.proto import example_gen_pb2, range_config_pb2

from components.example_gen.images import ImageError, read_file
from components.example_gen.layout import DataLayout, find_layout
from components.example_gen.read_csv import read_records
from core.errors import UserError


def content_fingerprint(layout: DataLayout) -> str:
    """Returns the hex SHA-256 of the CSV and of every file that its good rows name, with their names.

    What only bad rows name is read by nobody. Two folders with equal content have equal fingerprints, wherever
    they lie and whenever they were written.

    Raises:
        UserError: If the CSV cannot be read.
    """
    digest = hashlib.sha256()
    records, _ = read_records(layout)
    images = ((record.file, _image(os.path.join(layout.images, record.file))) for record in records)
    for name, content in itertools.chain([(layout.csv.name, _csv(layout.csv))], images):
        for part in (name.encode(), content):
            # The length first, so that no other division into names and contents gives the same bytes.
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _csv(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None


def _image(path: str) -> bytes:
    try:
        return read_file(path)
    except ImageError as error:
        # Whoever decodes the image tells this with its line, and may drop it: the reason stands for the content.
        return str(error).encode()


class ContentInputProcessor(input_processor.FileBasedInputProcessor):
    """Fingerprints content; TFX's own looks at names, sizes and times of the files that match one pattern."""

    def __init__(
        self,
        input_base_uri: str,
        splits: Iterable[example_gen_pb2.Input.Split],
        range_config: Optional[range_config_pb2.RangeConfig] = None,
    ):
        """See the base class."""
        super().__init__(input_base_uri, splits, range_config)
        self.data = Path(input_base_uri)

    def get_input_fingerprint(self, span: Optional[int], version: Optional[int]) -> str:
        """Returns the fingerprint of the data folder's content."""
        return content_fingerprint(find_layout(self.data))


class Driver(driver.FileBasedDriver):
    """TFX's driver of file-based ExampleGens, with a fingerprint of content."""

    def get_input_processor(
        self,
        splits: Iterable[example_gen_pb2.Input.Split],
        range_config: Optional[range_config_pb2.RangeConfig] = None,
        input_base_uri: Optional[str] = None,
    ) -> input_processor.InputProcessor:
        """See the base class."""
        assert input_base_uri
        return ContentInputProcessor(input_base_uri, splits, range_config)
