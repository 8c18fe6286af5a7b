"""The ExampleGen component: TFX's file-based base with our driver and executor."""

from tfx.components.example_gen import component
from tfx.dsl.components.base import executor_spec
from tfx.proto import example_gen_pb2

from components.example_gen.driver import Driver, ExampleGenConfig
from components.example_gen.executor import Executor
from components.settings import DataSettings
from core import features
from core.labels import Labels


class LetterExampleGen(component.FileBasedExampleGen):
    """Reads data folders (each a CSV and images) into the splits train, eval and test.

    By default the split of a photo depends on its pixels alone: equal photos never land in two splits, and a new row
    moves no old one.
    """

    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(Executor)
    DRIVER_CLASS = Driver

    def __init__(self, data: str, settings: DataSettings, labels: Labels, code_digest: str):
        """Makes the component for what `core.files.as_place` gives; for the others see `ExampleGenConfig`."""
        csv = example_gen_pb2.Input.Split(name="all", pattern=features.CSV_FILE_NAME)
        super().__init__(
            input_base=data,
            input_config=example_gen_pb2.Input(splits=[csv]),
            output_config=_output_config(settings),
            custom_config=ExampleGenConfig(data=settings, labels=labels, code_digest=code_digest).packed(),
        )


def _output_config(settings: DataSettings) -> example_gen_pb2.Output:
    shares = zip(features.SPLITS, settings.shares, strict=True)
    splits = [example_gen_pb2.SplitConfig.Split(name=name, hash_buckets=share) for name, share in shares]
    return example_gen_pb2.Output(split_config=example_gen_pb2.SplitConfig(splits=splits))
