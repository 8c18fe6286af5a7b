"""ExampleGen's driver, and the configuration that the graph hands to it and to the executor.

A fingerprint of the data folder's content goes into TFX's cache key.
"""

import hashlib
import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2
from tfx.components.example_gen import driver, utils
from tfx.orchestration import data_types
from tfx.proto import example_gen_pb2
from tfx.types.standard_component_specs import CUSTOM_CONFIG_KEY, INPUT_BASE_KEY
from tfx.utils import proto_utils

from components.example_gen.images import ImageError, read_file
from components.example_gen.layout import DataLayout, find_layouts
from components.example_gen.records import Record, read_folders
from components.settings import DataSettings, Settings
from core.errors import UserError
from core.files import folders_of
from core.labels import Labels

_JSON = "json"


class ExampleGenConfig(Settings):
    """What ExampleGen does, beside where it reads; all of it is a part of the cache key.

    Attributes:
        data: What to do with bad records, and the shares of the splits.
        labels: What may be written.
        code_digest: Digest of the code and the libraries.
    """

    data: DataSettings
    labels: Labels
    code_digest: str

    def packed(self) -> example_gen_pb2.CustomConfig:
        """Returns the configuration as TFX takes it."""
        message = struct_pb2.Struct()
        message.update({_JSON: self.model_dump_json()})
        custom_config = example_gen_pb2.CustomConfig()
        custom_config.custom_config.Pack(message)
        return custom_config


def config_of(exec_properties: Mapping[str, Any]) -> ExampleGenConfig:
    """Returns the configuration that the component packed into its properties."""
    custom_config = example_gen_pb2.CustomConfig()
    proto_utils.json_to_proto(exec_properties[CUSTOM_CONFIG_KEY], custom_config)
    message = struct_pb2.Struct()
    custom_config.custom_config.Unpack(message)
    return ExampleGenConfig.model_validate_json(message[_JSON])


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
        place = exec_properties[INPUT_BASE_KEY]
        layouts = find_layouts(folders_of(place))
        records, _ = read_folders(layouts, config_of(exec_properties).labels)
        fingerprint = content_fingerprint(layouts, records)
        # The base class looks at the names of files in one folder, for a fingerprint and a span that nobody needs here.
        exec_properties[INPUT_BASE_KEY] = str(layouts[0].csv.parent)
        resolved: dict[str, Any] = super().resolve_exec_properties(exec_properties, pipeline_info, component_info)
        return {**resolved, INPUT_BASE_KEY: place, utils.FINGERPRINT_PROPERTY_NAME: fingerprint}


def content_fingerprint(layouts: Sequence[DataLayout], records: Iterable[Record]) -> str:
    """Returns the hex SHA-256 of each CSV and of every image that the records name, with their names.

    What only bad rows name is read by nobody. Two folders with equal content have equal fingerprints, wherever
    they lie and whenever they were written. The records are in the CSVs' order.

    Raises:
        UserError: If the CSV cannot be read.
    """
    digest = hashlib.sha256()
    folders = {layout.source: layout.images for layout in layouts}
    csvs = ((layout.source, layout.csv.name, _csv(layout.csv)) for layout in layouts)
    images = (
        (record.source, record.file, _image(os.path.join(folders[record.source], record.file))) for record in records
    )
    for source, name, content in itertools.chain(csvs, images):
        for part in ((source or "").encode(), name.encode(), content):
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
