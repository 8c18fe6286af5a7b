"""What each section decides: thresholds, changes, steps of the learning rate, pairs, who reads from whom."""

import dataclasses

import numpy as np
import pytest

from components.settings import EvaluationSettings
from core import columns
from core.accuracy import Accuracy
from core.columns import Column
from report.confusion import confused_pairs, confusion_chart
from report.data import data_section
from report.errors import errors_section
from report.evaluation import evaluation_section, reliability_chart
from report.outcome import Node
from report.pictures import heat_overlay
from report.run import run_section
from report.training import rate_steps, training_section
from report.verdict import changes, headline, thresholds
from report.wording import duration
from tests.report.conftest import Known
from tests.report.known_run import ALPHABET, history, inspection, outcome_of, result_of, summary, verdict

BOUNDS = EvaluationSettings(min_accuracy=0.99, min_letter_accuracy=0.6, max_accuracy_drop=0.01)


def test_thresholds_tell_what_was_reached_and_by_how_much() -> None:
    found = thresholds(result_of({"ш": 2}, baseline=result_of({"ъ": 1}), settings=BOUNDS))
    overall, drop, weakest, *others = found
    assert (overall.value, overall.bound, overall.margin, overall.met) == ("98.48%", "99.00%", "-0.52", False)
    assert (drop.value, drop.bound, drop.margin, drop.met) == ("-0.76", "-1.00", "+0.24", True)
    assert (weakest.what, weakest.value, weakest.met) == ("accuracy of ш", "50.00%", False)
    assert len(others) == 32
    assert all(each.met and each.margin == "+40.00" for each in others)


def test_without_a_baseline_there_is_no_bound_on_the_change() -> None:
    assert [each.what for each in thresholds(result_of({}))][:2] == [
        "accuracy of all test photos",
        "accuracy of а",
    ]


def test_changes_are_the_letters_that_moved_the_worst_first() -> None:
    table = changes(result_of({"ш": 2}), result_of({"ш": 1, "ъ": 3}))
    assert table.rows == [
        ("all", "97.0%", "98.5%", "+1.52"),
        ("ш", "75.0%", "50.0%", "-25.00"),
        ("ъ", "25.0%", "100.0%", "+75.00"),
    ]


@pytest.mark.parametrize(
    ("blessed", "changed", "passed", "said"),
    [
        (True, {}, True, "Blessed, and pushed as version 7"),
        (True, {"pushed_model": None}, True, "Blessed"),
        (False, {}, True, "Not blessed: nothing was pushed"),
        (None, {}, False, "Stopped by the data check: nothing was trained"),
        (None, {}, True, "The run did not come to its end"),
    ],
)
def test_headline_says_how_it_ended(blessed: bool | None, changed: dict, passed: bool, said: str) -> None:
    assert headline(summary(blessed) | changed, {"passed": passed}) == said


def test_rate_steps_are_the_epochs_after_a_cut() -> None:
    assert rate_steps(history()) == [4]
    one_cycle = [{"learning_rate": rate} for rate in (0.1, 0.06, 0.03, 0.01)]
    assert rate_steps(one_cycle) == []
    assert rate_steps([]) == []


def test_curves_mark_the_best_epoch_and_have_every_number(full: Known) -> None:
    found = training_section(full[1])
    curves = found["curves"]
    assert "number 3" in curves.says
    assert curves.table.rows[2] == ("3", "70.00%", "80.00%", "1.0000", "0.9000", "0.01")
    assert found["command"] == "tensorboard --logdir /out/artifacts/Trainer/model_run"


def test_confused_pairs_are_those_of_the_test_split_with_their_photos() -> None:
    found = confused_pairs(inspection({"ш": 2, "я": 1}), ALPHABET)
    assert [len(pair.pop("pictures")) for pair in found] == [2, 1]
    assert found == [
        {"true": "ш", "read": "щ", "count": 2, "photos": 4},
        {"true": "я", "read": "а", "count": 1, "photos": 4},
    ]
    of_eval = inspection({"ш": 2})
    assert confused_pairs(dataclasses.replace(of_eval, splits=np.full(len(of_eval.splits), "eval")), ALPHABET) == []


def test_confusion_matrix_counts_errors_and_names_them() -> None:
    found = confusion_chart(result_of({"ш": 2, "я": 1}).confusion, ALPHABET)
    assert found.says.startswith("3 of 132 test photos were misread.")
    assert found.table.rows == [("ш", "щ", "2"), ("я", "а", "1")]


def test_reliability_is_of_the_test_split() -> None:
    found = reliability_chart(inspection({"ш": 2}))
    assert found.table.rows == [("60.0%", "100.0%", "130"), ("70.0%", "0.0%", "2")]
    assert found.says.startswith("Expected calibration error 0.4045")


def test_errors_come_before_near_misses_and_say_both_probabilities(full: Known) -> None:
    found = errors_section(full[1])
    assert len(found["worst"]) == 60
    assert [shown["wrong"] for shown in found["worst"]] == [True] * 3 + [False] * 57
    first = found["worst"][0]
    assert (first["true"], first["true_probability"], first["other"], first["other_probability"]) == (
        "ш",
        "20.0%",
        "щ",
        "70.0%",
    )
    assert first["overlay"] != first["picture"]
    assert [shown["file"] for shown in found["suspected"]] == ["131.png"]
    assert found["suspected"][0]["overlay"] == ""


def test_model_that_knows_nothing_makes_no_endless_page() -> None:
    found = inspection({"ш": 4})
    every = np.arange(len(found.class_ids))
    pixels = np.zeros((len(every), 32, 32, 3), np.uint8)
    blind = dataclasses.replace(found, shown=every, pixels=pixels, suspected=every)
    section = errors_section(outcome_of(inspection=blind))
    assert (len(section["suspected"]), section["more_suspected"]) == (60, 72)


def test_long_tables_are_shortened_and_say_so() -> None:
    bad = [{"line": str(line), "file": "x.png", "reason": "broken"} for line in range(1000)]
    table = data_section(outcome_of(bad_records=bad))["dropped"]
    assert len(table.rows) == 201
    assert table.rows[-1] == ("and 800 more", "", "")


def test_equal_photos_of_two_letters_contradict_each_other() -> None:
    groups = [{"files": list("abcdefgh"), "letters": ["к"]}, {"files": ["x", "y"], "letters": ["к", "н"]}]
    table = data_section(outcome_of(duplicates=groups))["duplicates"]
    assert table.rows == [("a, b, c, d, e, f and 2 more", "к"), ("x, y", "к н (they contradict each other)")]


def test_run_says_who_reads_from_whom_and_where_each_artifact_lies() -> None:
    graph = [Node("a", (), {"x": "/x"}), Node("b", (), {}), Node("c", ("a", "b"), {"y": "/y", "z": "/z"})]
    assert run_section(summary(True), outcome_of(graph=graph))["outputs"].rows == [
        ("a", "", "x", "/x"),
        ("c", "a, b", "y", "/y"),
        ("c", "a, b", "z", "/z"),
    ]


def test_heat_is_painted_where_it_is_above_nothing() -> None:
    photo = np.full((2, 2, 3), 100, np.uint8)
    heat = np.array([[1.0, 0.5], [0.0, -3.0]])
    painted = heat_overlay(photo, heat)
    assert painted[1].tolist() == [[100] * 3] * 2
    assert painted[0, 0].tolist() == [190, 95, 20]
    assert 100 < painted[0, 1, 0] < 190
    assert (heat_overlay(photo, np.zeros((2, 2))) == 100).all()


@pytest.mark.parametrize(
    ("seconds", "said"), [(119.94, "119.9 s"), (120.0, "2 min 0 s"), (179.7, "3 min 0 s"), (3600, "60 min 0 s")]
)
def test_duration_never_says_sixty_seconds(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_letter_without_test_photos_is_first_of_the_thresholds_and_missed() -> None:
    result = result_of({"ш": 4})
    judged = tuple(
        dataclasses.replace(each, value=None, met=False) if each.what == "accuracy of ъ" else each
        for each in result.judged
    )
    _, first, second, *_ = thresholds(dataclasses.replace(result, judged=judged))
    assert (first.what, first.value, first.met) == ("accuracy of ъ", "no test photo", False)
    assert (second.what, second.value) == ("accuracy of ш", "0.00%")


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
