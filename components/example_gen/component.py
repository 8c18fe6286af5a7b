"""The ExampleGen component: TFX's file-based base with our driver and executor."""

from google.protobuf import struct_pb2
from tfx.components.example_gen import component
from tfx.dsl.components.base import executor_spec
from tfx.proto import example_gen_pb2

from components.example_gen.executor import Executor
from components.example_gen.fingerprint import Driver
from components.settings import DataSettings
from core import features


class LetterExampleGen(component.FileBasedExampleGen):
    """Reads a data folder (a CSV and PNGs) into the splits train, eval and test.

    The split of a photo depends on its pixels alone: equal photos never land in two splits, and a new row moves
    no old one.
    """

    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(Executor)
    DRIVER_CLASS = Driver

    def __init__(self, data: str, settings: DataSettings, code_digest: str):
        """Makes the component.

        Args:
            data: The data folder.
            settings: What to do with bad records, and the shares of the splits.
            code_digest: Digest of the code and the libraries; a part of the cache key.
        """
        packed = struct_pb2.Struct()
        packed.update({"settings": settings.model_dump(mode="json"), "code_digest": code_digest})
        custom_config = example_gen_pb2.CustomConfig()
        custom_config.custom_config.Pack(packed)
        super().__init__(
            input_base=data,
            input_config=_input_config(),
            output_config=_output_config(settings),
            custom_config=custom_config,
        )


def _input_config() -> example_gen_pb2.Input:
    split = example_gen_pb2.Input.Split(name="all", pattern=features.CSV_FILE_NAME)
    return example_gen_pb2.Input(splits=[split])


def _output_config(settings: DataSettings) -> example_gen_pb2.Output:
    shares = {
        features.TRAIN_SPLIT: settings.train_share,
        features.EVAL_SPLIT: settings.eval_share,
        features.TEST_SPLIT: settings.test_share,
    }
    splits = [example_gen_pb2.SplitConfig.Split(name=name, hash_buckets=share) for name, share in shares.items()]
    config = example_gen_pb2.SplitConfig(splits=splits, partition_feature_name=features.IMAGE_ID)
    return example_gen_pb2.Output(split_config=config)
