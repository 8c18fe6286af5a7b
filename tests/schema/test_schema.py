"""The curated schema says the same as the code: one fact is not told in two ways."""

from pathlib import Path

import pytest
from tensorflow_metadata.proto.v0 import schema_pb2

from components.example_gen.examples import to_example
from components.example_gen.images import decode_images, read_file
from components.example_gen.records import Record
from components.settings import DataSettings
from core import features
from core.columns import COLUMNS, Column
from core.features import IMAGE_FOLDER, SPLITS
from schema.curated import read_labels, read_schema


@pytest.fixture(scope="module")
def schema() -> schema_pb2.Schema:
    return read_schema()


@pytest.fixture(scope="module")
def by_name(schema: schema_pb2.Schema) -> dict[str, schema_pb2.Feature]:
    return {feature.name: feature for feature in schema.feature}


def test_letter_is_held_against_that_domain(schema: schema_pb2.Schema, by_name: dict) -> None:
    assert by_name[features.LETTER].domain == schema.string_domain[0].name


def test_letter_s_number_has_the_range_of_the_labels(by_name: dict) -> None:
    domain = by_name[features.LABEL].int_domain
    assert (domain.min, domain.max, domain.is_categorical) == (0, len(read_labels()) - 1, True)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_schema_and_table_say_the_same_of_each_column(by_name: dict, column: Column) -> None:
    feature = by_name[column.name]
    assert feature.type == (schema_pb2.INT if column.names else schema_pb2.BYTES)
    assert (feature.presence.min_fraction == 1.0) is not column.optional
    if column.names:
        domain = feature.int_domain
        # Categorical, or TFDV counts no single values, and the data check finds none.
        assert (domain.min, domain.max, domain.is_categorical) == (0, len(column.names) - 1, True)


@pytest.mark.parametrize("name", [features.WIDTH, features.HEIGHT])
def test_sizes_in_the_schema_are_those_of_what_is_kept(by_name: dict, name: str) -> None:
    domain = by_name[name].int_domain
    assert (domain.min, domain.max) == (1, features.MAX_PHOTO_SIDE)


def test_image_must_be_decodable(by_name: dict) -> None:
    assert by_name[features.IMAGE].image_domain.minimum_supported_image_fraction == 1.0


def test_schema_has_every_key_and_type_of_the_examples_and_no_other(by_name: dict, letters_folder: Path) -> None:
    [photo] = decode_images([read_file(letters_folder / IMAGE_FOLDER / "01_01.png")])
    example = to_example(
        Record(2, 0, "01_01.png", tuple("x" if not c.names else 0 for c in COLUMNS)), photo, read_labels()
    )
    kinds = {"bytes_list": schema_pb2.BYTES, "int64_list": schema_pb2.INT}
    written = {key: kinds[value.WhichOneof("kind")] for key, value in example.features.feature.items()}
    assert written == {name: feature.type for name, feature in by_name.items()}


def test_every_feature_but_optional_columns_is_demanded_exactly_once_in_each_example(by_name: dict) -> None:
    optional = {column.name for column in COLUMNS if column.optional}
    for feature in by_name.values():
        if feature.name not in optional:
            assert feature.presence.min_fraction == 1.0
            assert feature.HasField("shape")
            assert not feature.shape.dim


def test_shares_of_the_splits_are_81_9_10() -> None:
    settings = DataSettings()
    assert [getattr(settings, f"{split}_share") for split in SPLITS] == [81, 9, 10]
