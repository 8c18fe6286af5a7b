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
    """Reads a data folder (a CSV and PNGs) into the splits train, eval and test.

    The split of a photo depends on its pixels alone: equal photos never land in two splits, and a new row moves
    no old one.
    """

    EXECUTOR_SPEC = executor_spec.BeamExecutorSpec(Executor)
    DRIVER_CLASS = Driver

    def __init__(self, data: str, settings: DataSettings, labels: Labels, code_digest: str):
        """Makes the component for a data folder; for the others see `ExampleGenConfig`."""
        csv = example_gen_pb2.Input.Split(name="all", pattern=features.CSV_FILE_NAME)
        super().__init__(
            input_base=data,
            input_config=example_gen_pb2.Input(splits=[csv]),
            output_config=_output_config(settings),
            custom_config=ExampleGenConfig(data=settings, labels=labels, code_digest=code_digest).packed(),
        )


def _output_config(settings: DataSettings) -> example_gen_pb2.Output:
    shares = {
        features.TRAIN_SPLIT: settings.train_share,
        features.EVAL_SPLIT: settings.eval_share,
        features.TEST_SPLIT: settings.test_share,
    }
    splits = [example_gen_pb2.SplitConfig.Split(name=name, hash_buckets=share) for name, share in shares.items()]
    config = example_gen_pb2.SplitConfig(splits=splits, partition_feature_name=features.IMAGE_ID)
    return example_gen_pb2.Output(split_config=config)
