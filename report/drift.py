"""Drift: how far the data moved since the last run on other data, measured by TFDV."""

import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from core.features import BACKGROUND, LETTER
from report.sources import Drift

# TFDV measures only what has a threshold; this one is never exceeded, since a report judges nothing.
_NEVER = 1.0


def drift_between(
    now: statistics_pb2.DatasetFeatureStatisticsList, before: statistics_pb2.DatasetFeatureStatisticsList
) -> list[Drift]:
    """Returns by how much the shares of letters and of papers moved, by the L-infinity distance.

    Args:
        now: Statistics of the run's train split.
        before: Of the earlier run's.
    """
    inferred = tfdv.infer_schema(now, infer_feature_shape=False)
    kept = [feature for feature in inferred.feature if feature.name in (LETTER, BACKGROUND)]
    for feature in kept:
        feature.drift_comparator.infinity_norm.threshold = _NEVER
    schema = schema_pb2.Schema(feature=kept, string_domain=inferred.string_domain)
    measured = tfdv.validate_statistics(now, schema, previous_statistics=before).drift_skew_info
    return [Drift(info.path.step[0], each.value) for info in measured for each in info.drift_measurements]
