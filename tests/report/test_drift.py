"""Drift by TFDV, from statistics that TFDV made."""

import pandas as pd
import pytest
import tensorflow_data_validation as tfdv
from tensorflow_metadata.proto.v0 import statistics_pb2

from core.features import BACKGROUND, LETTER
from report.drift import drift_between


def _statistics(letters: str) -> statistics_pb2.DatasetFeatureStatisticsList:
    table = pd.DataFrame({LETTER: list(letters), BACKGROUND: ["3"] * len(letters), "width": range(len(letters))})
    return tfdv.generate_statistics_from_dataframe(table, n_jobs=1)


def test_drift_is_the_largest_change_of_a_share() -> None:
    found = drift_between(_statistics("абабабвв"), _statistics("абвгабвг"))
    assert found == {BACKGROUND: 0.0, LETTER: pytest.approx(0.25)}


def test_same_data_have_no_drift() -> None:
    assert set(drift_between(_statistics("абв"), _statistics("абв")).values()) == {0.0}
