"""Drift: how far the data moved since the last run on other data, measured by TFDV."""

from pathlib import Path

import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from components.data_check.statistics import STATISTICS_FILE
from core.columns import slice_columns
from core.features import LETTER, TRAIN_SPLIT

# TFDV measures only what has a threshold; this one is never exceeded, since a report judges nothing.
_NEVER = 1.0


def read_drift(now: Path, before: Path) -> dict[str, float]:
    """Returns `drift_between` of the train splits of two artifacts of StatisticsGen."""
    file = Path(f"Split-{TRAIN_SPLIT}", STATISTICS_FILE)
    return drift_between(*(tfdv.load_stats_binary(str(folder / file)) for folder in (now, before)))


def drift_between(
    now: statistics_pb2.DatasetFeatureStatisticsList, before: statistics_pb2.DatasetFeatureStatisticsList
) -> dict[str, float]:
    """Returns by how much the shares of letters and of the slices' values moved.

    Args:
        now: Statistics of the run's split.
        before: Of the earlier run's.

    Returns:
        By feature: the L-infinity distance, the largest change of a value's share, 0 to 1.
    """
    watched = {LETTER, *(column.name for column in slice_columns())}
    inferred = tfdv.infer_schema(now, infer_feature_shape=False)
    kept = [feature for feature in inferred.feature if feature.name in watched]
    for feature in kept:
        feature.drift_comparator.infinity_norm.threshold = _NEVER
    schema = schema_pb2.Schema(feature=kept, string_domain=inferred.string_domain)
    measured = tfdv.validate_statistics(now, schema, previous_statistics=before).drift_skew_info
    return {info.path.step[0]: each.value for info in measured for each in info.drift_measurements}
