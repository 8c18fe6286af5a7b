"""ExampleGen's driver: a fingerprint of the data folder's content goes into TFX's cache key."""

import hashlib
import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tfx.components.example_gen import driver, utils
from tfx.orchestration import data_types
from tfx.types.standard_component_specs import INPUT_BASE_KEY

from components.example_gen.config import config_of
from components.example_gen.images import ImageError, read_file
from components.example_gen.layout import DataLayout, find_layout
from components.example_gen.records import Record, read_records
from core.errors import UserError


class Driver(driver.FileBasedDriver):
    """TFX's driver of file-based ExampleGens, whose own fingerprint is of names, sizes and times."""

    def resolve_exec_properties(
        self,
        exec_properties: dict[str, Any],
        pipeline_info: data_types.PipelineInfo,
        component_info: data_types.ComponentInfo,
    ) -> dict[str, Any]:
        """See the base class.

        Raises:
            UserError: If the data folder or the CSV cannot be read.
        """
        layout = find_layout(exec_properties[INPUT_BASE_KEY])
        records, _ = read_records(layout, config_of(exec_properties).labels)
        fingerprint = content_fingerprint(layout, records)
        resolved: dict[str, Any] = super().resolve_exec_properties(exec_properties, pipeline_info, component_info)
        return {**resolved, utils.FINGERPRINT_PROPERTY_NAME: fingerprint}


def content_fingerprint(layout: DataLayout, records: Iterable[Record]) -> str:
    """Returns the hex SHA-256 of the CSV and of every image that its records name, with their names.

    What only bad rows name is read by nobody. Two folders with equal content have equal fingerprints, wherever
    they lie and whenever they were written.

    Args:
        layout: Where the CSV and the images are.
        records: The CSV's, in its order.

    Raises:
        UserError: If the CSV cannot be read.
    """
    digest = hashlib.sha256()
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
