"""What each section decides: thresholds, changes, steps of the learning rate, pairs, the graph."""

import dataclasses

import numpy as np
import pytest

from components.inspector.label_issues import LabelIssues
from report.confusion import confused_pairs, confusion_chart
from report.data import data_section
from report.errors import errors_section
from report.graph import draw_graph
from report.pictures import heat_overlay
from report.reliability import reliability_chart
from report.sources import Node, Sources
from report.training import rate_steps, training_section
from report.verdict import changes, headline, thresholds
from tests.report.known_run import history, inspection, result_of, summary

BOUNDS = {"min_accuracy": 0.99, "min_letter_accuracy": 0.6, "max_accuracy_drop": 0.01}


def test_thresholds_tell_what_was_reached_and_by_how_much() -> None:
    found = thresholds(result_of({"ш": 2}), result_of({"ъ": 1}), BOUNDS)
    overall, drop, weakest, *others = found
    assert (overall.value, overall.bound, overall.margin, overall.met) == ("98.48%", "99.00%", "-0.52", False)
    assert (drop.value, drop.bound, drop.margin, drop.met) == ("-0.76", "-1.00", "+0.24", True)
    assert (weakest.what, weakest.value, weakest.met) == ("accuracy of ш", "50.00%", False)
    assert len(others) == 32
    assert all(each.met and each.margin == "+40.00" for each in others)


def test_without_a_baseline_there_is_no_bound_on_the_change() -> None:
    assert [each.what for each in thresholds(result_of({}), None, BOUNDS)][:2] == [
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


def test_curves_mark_the_best_epoch_and_have_every_number(full: Sources) -> None:
    found = training_section(full)
    assert found.curves is not None
    assert "number 3" in found.curves.says
    assert found.curves.table.rows[2] == ("3", "70.00%", "80.00%", "1.0000", "0.9000", "0.01")
    assert found.command == "tensorboard --logdir /out/artifacts/Trainer/model_run"


def test_confused_pairs_are_those_of_the_test_split_with_their_photos() -> None:
    found = confused_pairs(inspection({"ш": 2, "я": 1}))
    assert [(pair.true, pair.read, pair.count, pair.photos) for pair in found] == [("ш", "щ", 2, 4), ("я", "а", 1, 4)]
    assert [len(pair.pictures) for pair in found] == [2, 1]
    of_eval = inspection({"ш": 2})
    assert confused_pairs(dataclasses.replace(of_eval, splits=np.full(len(of_eval.splits), "eval"))) == []


def test_confusion_matrix_counts_errors_and_names_them() -> None:
    found = confusion_chart(result_of({"ш": 2, "я": 1}).confusion)
    assert found.says.startswith("3 of 132 test photos were misread.")
    assert found.table.rows == [("ш", "щ", "2"), ("я", "а", "1")]


def test_reliability_is_of_the_test_split() -> None:
    found = reliability_chart(inspection({"ш": 2}))
    assert found.table.rows == [("60.0%", "100.0%", "130"), ("70.0%", "0.0%", "2")]
    assert found.says.startswith("Expected calibration error 0.4045")


def test_errors_come_before_near_misses_and_say_both_probabilities(full: Sources) -> None:
    found = errors_section(full)
    assert len(found.worst) == 60
    assert [shown.wrong for shown in found.worst] == [True] * 3 + [False] * 57
    first = found.worst[0]
    assert (first.true, first.true_probability, first.read, first.read_probability) == ("ш", "20.0%", "щ", "70.0%")
    assert first.overlay != first.picture
    assert [shown.file for shown in found.suspected] == ["131.png"]
    assert found.suspected[0].overlay == ""


def test_model_that_knows_nothing_makes_no_endless_page() -> None:
    found = inspection({"ш": 4})
    every = np.arange(len(found.class_ids))
    pixels = np.zeros((len(every), 32, 32, 3), np.uint8)
    issues = LabelIssues(every, np.zeros(len(every)))
    blind = dataclasses.replace(found, shown=every, pixels=pixels, issues=issues)
    section = errors_section(Sources(summary=summary(False), inspection=blind))
    assert (len(section.suspected), section.more_suspected) == (60, 72)


def test_long_tables_are_shortened_and_say_so() -> None:
    bad = [{"line": str(line), "file": "x.png", "reason": "broken"} for line in range(1000)]
    table = data_section(Sources(summary=summary(True), bad_records=bad)).dropped
    assert table is not None
    assert len(table.rows) == 201
    assert table.rows[-1] == ("and 800 more", "", "")


def test_equal_photos_of_two_letters_contradict_each_other() -> None:
    groups = [{"files": list("abcdefgh"), "letters": ["к"]}, {"files": ["x", "y"], "letters": ["к", "н"]}]
    table = data_section(Sources(summary=summary(True), duplicates=groups)).duplicates
    assert table is not None
    assert table.rows == [("a, b, c, d, e, f and 2 more", "к"), ("x, y", "к н (they contradict each other)")]


def test_graph_puts_each_component_to_the_right_of_what_it_reads() -> None:
    graph = draw_graph(
        [Node("a", (), {"x": "/x"}), Node("b", ("a",), {}), Node("c", ("a", "b"), {}), Node("d", (), {})]
    )
    places = {box.name: (box.x, box.y) for box in graph.boxes}
    assert places["a"][0] == places["d"][0] < places["b"][0] < places["c"][0]
    assert places["a"][1] != places["d"][1]
    assert len(graph.arrows) == 3
    assert graph.width == places["c"][0] + graph.box_width


def test_heat_is_painted_where_it_is_above_nothing() -> None:
    photo = np.full((2, 2, 3), 100, np.uint8)
    heat = np.array([[1.0, 0.5], [0.0, -3.0]])
    painted = heat_overlay(photo, heat)
    assert painted[1].tolist() == [[100] * 3] * 2
    assert painted[0, 0].tolist() == [190, 95, 20]
    assert 100 < painted[0, 1, 0] < 190
    assert (heat_overlay(photo, np.zeros((2, 2))) == 100).all()
