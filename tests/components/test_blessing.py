"""The rules of the blessing, what TFMA is told of them, and why a model was not blessed, in words."""

import pytest
from tensorflow_model_analysis.proto import config_pb2

from components.blessing import (
    ALL,
    Judged,
    Rule,
    blessing_rules,
    eval_config,
    judge_changes,
    judge_people,
    label_slice,
    labels_of,
    reasons,
    rules_of,
)
from components.inspector.robustness import Robustness
from components.settings import EvaluationSettings
from core import columns
from core.accuracy import Accuracy
from core.columns import Column
from core.features import BACKGROUND, BACKGROUNDS, LETTER

SETTINGS = EvaluationSettings(min_accuracy=0.9, min_letter_accuracy=0.6, max_accuracy_drop=0.02)
LABELS = ("а", "ё", "дз")
RULES = [
    Rule(ALL, 0.9),
    Rule(ALL, -0.02, is_change=True),
    Rule((("letter", "а"),), 0.6),
    Rule((("letter", "ё"),), 0.6),
    Rule((("letter", "дз"),), 0.6),
]


@pytest.fixture
def config() -> config_pb2.EvalConfig:
    return eval_config(RULES)


def test_rules_are_the_settings_and_one_for_every_letter() -> None:
    assert blessing_rules(SETTINGS, LABELS) == RULES


def test_evaluator_is_told_the_rules_and_the_labels(config: config_pb2.EvalConfig) -> None:
    assert list(rules_of(config)) == RULES
    assert labels_of(config) == LABELS


def test_evaluation_of_an_older_version_tells_the_same_rules(config: config_pb2.EvalConfig) -> None:
    thresholds = config.metrics_specs[0].metrics[0].per_slice_thresholds
    letters = [each.slicing_specs[0] for each in thresholds[1:]]
    del thresholds[2:]
    thresholds[1].slicing_specs.extend(letters[1:])
    assert list(rules_of(config)) == RULES


def test_bounds_are_for_their_slices_only(config: config_pb2.EvalConfig) -> None:
    accuracy = config.metrics_specs[0].metrics[0]
    # It would hold every letter and paper to the overall bound.
    assert not accuracy.HasField("threshold")
    overall, *letters = accuracy.per_slice_thresholds
    assert list(overall.slicing_specs) == [config_pb2.SlicingSpec()]
    assert overall.threshold.value_threshold.lower_bound.value == 0.9
    change = overall.threshold.change_threshold
    assert (change.absolute.value, change.direction) == (-0.02, config_pb2.MetricDirection.HIGHER_IS_BETTER)
    assert [dict(each.slicing_specs[0].feature_values) for each in letters] == [{LETTER: label} for label in LABELS]
    assert {each.threshold.value_threshold.lower_bound.value for each in letters} == {0.6}
    assert not any(each.threshold.HasField("change_threshold") for each in letters)


def test_a_column_more_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Column(BACKGROUND, "paper", BACKGROUNDS, is_slice=True)
    writer = Column("writer", "writer", optional=True, is_slice=True)
    monkeypatch.setattr(columns, "COLUMNS", (paper, writer, Column("note", "note", optional=True)))
    measured = [(list(spec.feature_keys), dict(spec.feature_values)) for spec in eval_config(RULES).slicing_specs]
    assert measured == [
        ([], {}),
        ([LETTER], {}),
        ([BACKGROUND], {}),
        (["writer"], {}),
        ([LETTER, BACKGROUND], {}),
        ([LETTER, "writer"], {}),
    ]


def test_reasons_name_each_missed_rule_and_letters_below_one_bound_together() -> None:
    a, yo, dz = (label_slice(label) for label in LABELS)
    judged = [
        Judged(Rule(ALL, 0.9), 0.85, met=False),
        Judged(Rule(ALL, -0.02, is_change=True), -0.05, met=False),
        Judged(Rule(a, 0.6), 0.5, met=False),
        Judged(Rule(yo, 0.6), None, met=False),
        Judged(Rule(dz, 0.6), 0.25, met=False),
        Judged(Rule(((BACKGROUND, "0"),), 0.7), 0.65, met=False),
    ]
    assert reasons(judged) == [
        "accuracy is 0.8500, below 0.9",
        "accuracy is 0.0500 lower than the baseline's, over 0.02",
        "accuracy of 2 letter(s) is below 0.6: а 0.500, дз 0.250",
        "accuracy of 1 paper(s) is below 0.7: striped 0.650",
        "no test photo of ё",
    ]
    assert reasons([Judged(rule, 1.0, met=True) for rule in RULES]) == []


def test_changes_are_judged_by_the_worst_of_them() -> None:
    measured = [Robustness(change, 9, accuracy, 0.0, 0.0) for change, accuracy in (("turned", 0.8), ("shadow", 0.7))]
    settings = EvaluationSettings(min_changed_accuracy=0.75)
    assert judge_changes(measured, settings) == [Judged(Rule((("change", "shadow"),), 0.75), 0.7, met=False)]
    assert judge_changes(measured[:1], settings)[0].met
    assert judge_changes([], settings) == []


def test_each_data_folder_and_the_worst_tenth_of_the_writers_with_enough_photos_are_judged() -> None:
    settings = EvaluationSettings(min_source_accuracy=0.9, min_writers_accuracy=0.7, writer_photos=20)
    writers = {f"w{number:02}": Accuracy(0.99, 20) for number in range(18)}
    writers |= {"bad": Accuracy(0.5, 20), "worse": Accuracy(0.25, 60), "few": Accuracy(0.0, 19)}
    *sources, writer = judge_people({"a": Accuracy(0.9, 9), "b": Accuracy(0.8, 9)}, writers, settings)
    assert sources == [
        Judged(Rule((("source", "a"),), 0.9), 0.9, met=True),
        Judged(Rule((("source", "b"),), 0.9), 0.8, met=False),
    ]
    assert (writer.value, writer.met) == (pytest.approx((0.5 * 20 + 0.25 * 60) / 80), False)
    assert reasons([*sources, writer]) == [
        "accuracy of 1 data folder(s) is below 0.9: b 0.800",
        "accuracy of the worst tenth of the writers (worse, bad) is 0.312, below 0.7",
    ]


def test_without_folders_and_writers_nothing_more_is_judged() -> None:
    assert judge_people({}, {}, EvaluationSettings()) == []


def test_rules_say_in_words_what_they_are_about() -> None:
    others = Rule(((BACKGROUND, "1"),), 0.5), Rule((("change", "in shadow"),), 0.5)
    assert [Judged(rule, 1.0, met=True).what for rule in (*RULES[:3], *others)] == [
        "accuracy of all test photos",
        "change against the last blessed model",
        "accuracy of а",
        "accuracy of gridded",
        "accuracy under the worst change: in shadow",
    ]
