"""Charts of what was measured: reliability, and a new slice column that shows by itself."""

import dataclasses

import pytest

from core import columns
from core.accuracy import Accuracy
from core.columns import Column
from report.data import data_section
from report.evaluation import evaluation_section, reliability_chart
from tests.report.known_run import inspection, outcome_of, result_of, verdict


def test_reliability_is_of_the_test_split() -> None:
    found = reliability_chart(inspection({"ш": 2}))
    assert found.table.rows == [("60.0%", "100.0%", "130"), ("70.0%", "0.0%", "2")]
    assert found.says.startswith("Expected calibration error 0.4045")


def test_values_of_a_new_slice_column_are_shown_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Column("writer", "writer", optional=True, is_slice=True)
    monkeypatch.setattr(columns, "COLUMNS", (*columns.COLUMNS, writer))
    result = result_of({})
    by_writer = {(("writer", "Анна"),): Accuracy(0.5, 2), (("letter", "а"), ("writer", "Анна")): Accuracy(0.5, 2)}
    outcome = outcome_of(
        test=dataclasses.replace(result, accuracies={**result.accuracies, **by_writer}),
        verdict={"problems": [], "per_letter_and_split": verdict()["per_letter_and_split"], "per_writer": {"Анна": 7}},
    )
    charts = {chart.key: chart for chart in evaluation_section(outcome)["charts"]}
    assert charts["writer"].table.rows == [("Анна", "50.0%", "9.5% to 90.5%", "2")]
    assert charts["letter_writer"].table.rows[:2] == [("а", "50% of 2"), ("б", "no photo")]
    (title, table) = data_section(outcome)["slices"][-1]
    assert (title, table.rows) == ("writer", [("Анна", "7", "100.0%")])
