"""What the component hands to its executor, and what is a part of TFX's cache key."""

import pytest
from google.protobuf import json_format
from tfx.proto import example_gen_pb2

from components.example_gen.component import LetterExampleGen
from components.example_gen.driver import config_of
from components.example_gen.executor import Executor
from components.settings import DataSettings
from core.features import CSV_FILE_NAME, SPLITS
from core.labels import Labels

SETTINGS = DataSettings(on_bad_record="skip", max_bad_fraction=0.1 + 0.2, max_class_ratio=1.1, train_share=7)
DEFAULT = DataSettings()


def properties(settings: DataSettings = DEFAULT, digest: str = "digest", labels: Labels = ("а", "аб")) -> dict:
    return dict(LetterExampleGen("/data", settings, labels, digest).exec_properties)


@pytest.mark.parametrize("settings", [DataSettings(), SETTINGS], ids=["default", "others"])
def test_settings_and_labels_come_through_the_custom_configuration_unchanged(settings: DataSettings) -> None:
    config = config_of(properties(settings))
    assert (config.data, config.labels) == (settings, ("а", "аб"))


@pytest.mark.parametrize(
    "other",
    [
        properties(SETTINGS),
        properties(digest="other code"),
        properties(DataSettings(max_bad_fraction=0.02)),
        properties(labels=("аб", "а")),
    ],
    ids=["settings", "code", "one setting", "order of the labels"],
)
def test_settings_labels_and_code_are_in_the_cache_key(other: dict) -> None:
    assert other != properties()
    assert properties() == properties()


def test_splits_have_the_shares_of_the_settings() -> None:
    output = json_format.Parse(properties(SETTINGS)["output_config"], example_gen_pb2.Output())
    shares = {split.name: split.hash_buckets for split in output.split_config.splits}
    assert shares == dict(zip(SPLITS, (7, 9, 10), strict=True))


def test_input_is_the_data_folder_s_csv() -> None:
    config = json_format.Parse(properties()["input_config"], example_gen_pb2.Input())
    assert [split.pattern for split in config.splits] == [CSV_FILE_NAME]
    assert properties()["input_base"] == "/data"


def test_component_runs_our_executor() -> None:
    assert LetterExampleGen("/data", DataSettings(), ("а", "б"), "").executor_spec.executor_class is Executor
