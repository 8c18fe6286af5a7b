"""Reads what the data check needs from TFDV's statistics and anomalies."""

import os
from collections.abc import Callable

import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import anomalies_pb2, statistics_pb2
from tfx import types
from tfx.dsl.io import fileio
from tfx.types import artifact_utils

from components.data_check.verdict import Counts

# File names that StatisticsGen and ExampleValidator give their output; neither exports them.
STATISTICS_FILE = "FeatureStats.pb"
_ANOMALIES_FILE = "SchemaDiff.pb"


def split_files(artifact: types.Artifact, file: str) -> dict[str, str]:
    """Returns the path of `file` in each split of an artifact."""
    return {
        split: os.path.join(artifact_utils.get_split_uri([artifact], split), file)
        for split in artifact_utils.decode_split_names(artifact.split_names)
    }


def read_counts(statistics: types.Artifact, feature: str, shown: Callable[[str], str] = str) -> Counts:
    """Returns the photos of each value of a feature in each split.

    Args:
        statistics: StatisticsGen's output.
        feature: A text, or a number that the schema says is a class.
        shown: Gives a value, which is a text here, as people are shown it.
    """
    return {
        split: {shown(value): n for value, n in _string_counts(tfdv.load_stats_binary(path), feature).items()}
        for split, path in split_files(statistics, STATISTICS_FILE).items()
    }


def read_anomalies(anomalies: types.Artifact) -> list[str]:
    """Returns every anomaly of every split as one line of words."""
    lines = []
    for split, path in split_files(anomalies, _ANOMALIES_FILE).items():
        with fileio.open(path, "rb") as file:
            lines += anomaly_lines(split, anomalies_pb2.Anomalies.FromString(file.read()))
    return lines


def anomaly_lines(split: str, anomalies: anomalies_pb2.Anomalies) -> list[str]:
    """Returns each anomaly of one split as a line that names the split and the feature."""
    lines = [
        f"split {split}: {feature}: {reason.short_description}: {reason.description}".strip(": ")
        for feature, info in sorted(anomalies.anomaly_info.items())
        for reason in info.reason
    ]
    if anomalies.data_missing:
        lines.append(f"split {split} has no photos at all")
    return lines


def _string_counts(statistics: statistics_pb2.DatasetFeatureStatisticsList, feature: str) -> dict[str, int]:
    for dataset in statistics.datasets:
        for stats in dataset.features:
            if stats.path.step == [feature]:
                histogram = stats.string_stats.rank_histogram
                return {bucket.label: round(bucket.sample_count) for bucket in histogram.buckets}
    return {}
