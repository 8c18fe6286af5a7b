"""The first section: the rules of the blessing, what changed, and how a run ended."""

import dataclasses

import pytest

from components.settings import EvaluationSettings
from report.verdict import changes, headline, thresholds
from tests.report.known_run import result_of, summary

BOUNDS = EvaluationSettings(min_accuracy=0.99, min_letter_accuracy=0.6, max_accuracy_drop=0.01)


def test_thresholds_tell_what_was_reached_and_by_how_much() -> None:
    found = thresholds(result_of({"ш": 2}, baseline=result_of({"ъ": 1}), settings=BOUNDS)).rows
    overall, drop, weakest, *others = found
    assert overall == ("accuracy of all test photos", "98.48%", "99.00%", "-0.52", "NO")
    assert drop == ("change against the last blessed model", "-0.76", "-1.00", "+0.24", "yes")
    assert weakest == ("accuracy of ш", "50.00%", "60.00%", "-10.00", "NO")
    assert len(others) == 32
    assert {row[3:] for row in others} == {("+40.00", "yes")}


def test_without_a_baseline_there_is_no_bound_on_the_change() -> None:
    assert [row[0] for row in thresholds(result_of({})).rows[:2]] == [
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


def test_letter_without_test_photos_is_first_of_the_thresholds_and_missed() -> None:
    result = result_of({"ш": 4})
    judged = tuple(
        dataclasses.replace(each, value=None, met=False) if each.what == "accuracy of ъ" else each
        for each in result.judged
    )
    _, first, second, *_ = thresholds(dataclasses.replace(result, judged=judged)).rows
    assert first == ("accuracy of ъ", "no test photo", "85.00%", "", "NO")
    assert second[:2] == ("accuracy of ш", "0.00%")
