"""What the graph hands to ExampleGen's driver and executor, in the one property that TFX has for it."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from tfx.proto import example_gen_pb2
from tfx.types.standard_component_specs import CUSTOM_CONFIG_KEY
from tfx.utils import proto_utils

from components.settings import DataSettings, Settings
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
