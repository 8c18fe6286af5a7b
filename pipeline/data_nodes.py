"""The nodes that make the examples, describe them, and stop the run on bad ones."""

from typing import NamedTuple

import tensorflow_data_validation as tfdv

# Not through `tfx.v1`: that imports Google Cloud's AI platform too, six more seconds of every run. And each from where
# it is made: in TFX 1.21 `tfx.components` has None for a component whose own imports failed.
from tfx.components.example_validator.component import ExampleValidator
from tfx.components.schema_gen.component import SchemaGen
from tfx.components.schema_gen.import_schema_gen.component import ImportSchemaGen
from tfx.components.statistics_gen.component import StatisticsGen
from tfx.dsl.components.base.base_node import BaseNode

from components.data_check.component import DataCheck, DataGate, DataOverview
from components.example_gen.component import LetterExampleGen
from pipeline import fingerprints
from pipeline.config import Config
from pipeline.places import Places


class DataNodes(NamedTuple):
    """The nodes, in the order in which they can run."""

    example_gen: BaseNode
    curated_schema: BaseNode
    statistics_gen: BaseNode
    schema_gen: BaseNode
    example_validator: BaseNode
    data_check: BaseNode
    data_overview: BaseNode
    data_gate: BaseNode


def data_nodes(config: Config, places: Places) -> DataNodes:
    """Returns the nodes from the data folder to the gate.

    Args:
        config: Every setting.
        places: Where the run reads and writes.
    """
    # The CSV and the PNGs become TFRecords. All later components see a change of the libraries through its output.
    example_gen = LetterExampleGen(
        places.data,
        config.data,
        fingerprints.source_digest("components.example_gen.component") + fingerprints.libraries_digest(),
    )
    # The schema that people wrote is what the data are held against.
    curated_schema = ImportSchemaGen(places.schema).with_id("CuratedSchema")
    statistics_gen = StatisticsGen(
        example_gen.outputs["examples"],
        # The schema says which numbers are classes; with it TFDV also looks whether the photos can be decoded.
        schema=curated_schema.outputs["schema"],
        stats_options=tfdv.StatsOptions(enable_semantic_domain_stats=True),
    )
    return _checked(config, example_gen, curated_schema, statistics_gen)


def _checked(config: Config, example_gen: BaseNode, curated_schema: BaseNode, statistics_gen: BaseNode) -> DataNodes:
    statistics, schema = statistics_gen.outputs["statistics"], curated_schema.outputs["schema"]
    example_validator = ExampleValidator(statistics, schema)
    # ExampleValidator only reports; the check decides, and the gate stops the run.
    digest = fingerprints.source_digest("components.data_check.component")
    data_check = DataCheck(
        statistics=statistics,
        anomalies=example_validator.outputs["anomalies"],
        max_class_ratio=config.data.max_class_ratio,
        code_digest=digest,
    )
    data_overview = DataOverview(examples=example_gen.outputs["examples"], code_digest=digest)
    data_gate = DataGate(verdict=data_check.outputs["verdict"], code_digest=digest)
    # Shown also where the gate stops the run.
    data_gate.add_upstream_node(data_overview)
    return DataNodes(
        example_gen=example_gen,
        curated_schema=curated_schema,
        statistics_gen=statistics_gen,
        # What TFDV infers, for people to compare with the curated schema.
        schema_gen=SchemaGen(statistics),
        example_validator=example_validator,
        data_check=data_check,
        data_overview=data_overview,
        data_gate=data_gate,
    )
