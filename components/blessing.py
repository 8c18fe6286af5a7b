"""When a model is blessed: the rules, from which TFMA's thresholds, the reasons and the report's table follow."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tensorflow_model_analysis.proto import config_pb2

from components.inspector.robustness import Robustness, worst_change
from components.settings import EvaluationSettings
from core import features
from core.accuracy import Accuracy
from core.columns import slice_columns
from core.labels import Labels

ACCURACY = "accuracy"
# How often the letter is among the two likeliest.
TOP_2_ACCURACY = "top_2_accuracy"
EXAMPLE_COUNT = "example_count"

# Which test photos: a feature and its value, as TFMA writes it, for each feature that they share; none for all.
Slice = tuple[tuple[str, str], ...]
ALL: Slice = ()
# No feature, but how test photos were changed (components/inspector/robustness.py).
CHANGE = "change"
# Nor this: the writers whose photos are read worst, together.
WORST_WRITERS = "the worst tenth of the writers"
_TENTH = 10
_WRITERS_SHOWN = 8


@dataclass(frozen=True)
class Rule:
    """A bound on the accuracy of some test photos.

    Attributes:
        slice: Which photos.
        bound: The least accuracy; for a change, the least difference from the last blessed model's.
        is_change: Whether it is about the change, which there is none of without such a model.
    """

    slice: Slice
    bound: float
    is_change: bool = False


@dataclass(frozen=True)
class Judged:
    """A rule, and what a model came to.

    Attributes:
        rule: The rule.
        value: The accuracy or its change; None where there is no such photo.
        met: Whether the Evaluator let it pass.
    """

    rule: Rule
    value: float | None
    met: bool

    @property
    def what(self) -> str:
        """Which figure it is, in words."""
        if self.rule.is_change:
            return "change against the last blessed model"
        if CHANGE in dict(self.rule.slice):
            return f"{ACCURACY} under the worst change: {shown(self.rule.slice)}"
        if WORST_WRITERS in dict(self.rule.slice):
            return f"{ACCURACY} of {WORST_WRITERS} ({shown(self.rule.slice)})"
        return f"{ACCURACY} of {shown(self.rule.slice) or 'all test photos'}"


def blessing_rules(settings: EvaluationSettings, labels: Labels) -> list[Rule]:
    """Returns all that a model must reach to be blessed, but for `judge_changes` and `judge_people`.

    Every letter has a rule of its own, so that a letter without test photos blocks the blessing too.
    """
    return [
        Rule(ALL, settings.min_accuracy),
        Rule(ALL, -settings.max_accuracy_drop, is_change=True),
        *(Rule(label_slice(label), settings.min_letter_accuracy) for label in labels),
    ]


def judge_changes(measured: Sequence[Robustness], settings: EvaluationSettings) -> list[Judged]:
    """Returns the rule on photos as people take them, judged under the worst change; none where none was measured."""
    worst = worst_change(measured)
    if worst is None:
        return []
    reached = Accuracy(worst.accuracy, worst.photos)
    return [_judged(((CHANGE, worst.change),), reached, settings.min_changed_accuracy)]


def judge_people(
    sources: Mapping[str, Accuracy], writers: Mapping[str, Accuracy], settings: EvaluationSettings
) -> list[Judged]:
    """Returns the rules on the data folders and on the writers, who are known only when they were tested, judged."""
    judged = [_judged(((features.SOURCE, name),), each, settings.min_source_accuracy) for name, each in sources.items()]
    tested = [name for name, each in writers.items() if each.photos >= settings.writer_photos]
    worst = sorted(tested, key=lambda name: writers[name].value)[: -(-len(tested) // _TENTH)]
    if worst:
        photos = sum(writers[name].photos for name in worst)
        together = Accuracy(sum(writers[name].value * writers[name].photos for name in worst) / photos, photos)
        more = [f"{len(worst) - _WRITERS_SHOWN} more"] if len(worst) > _WRITERS_SHOWN else []
        names = ", ".join([*worst[:_WRITERS_SHOWN], *more])
        judged.append(_judged(((WORST_WRITERS, names),), together, settings.min_writers_accuracy))
    return judged


def _judged(place: Slice, reached: Accuracy, bound: float) -> Judged:
    return Judged(Rule(place, bound), reached.value, reached.value >= bound)


def label_slice(label: str) -> Slice:
    """Returns the photos of a letter."""
    return ((features.LETTER, label),)


def shown(place: Slice) -> str:
    """Returns a slice's values as people are shown them."""
    columns = {column.name: column for column in slice_columns()}
    return " and ".join(columns[name].shown(value) if name in columns else value for name, value in place)


def eval_config(rules: Iterable[Rule]) -> config_pb2.EvalConfig:
    """Returns TFMA's configuration: accuracy overall, by letter, by each slice column and by both, with the rules."""
    # By keys alone: TFMA takes a value that reads like a number for one, and finds no photo of the letter 5.
    by_column = [[features.LETTER], *([column.name] for column in slice_columns())]
    with_letter = [[features.LETTER, column.name] for column in slice_columns()]
    return config_pb2.EvalConfig(
        model_specs=[
            config_pb2.ModelSpec(
                signature_name=features.EXAMPLES_SIGNATURE,
                label_key=features.LABEL,
                prediction_key=features.PROBABILITIES,
                model_type="tf_generic",
            )
        ],
        slicing_specs=[
            config_pb2.SlicingSpec(),
            *(config_pb2.SlicingSpec(feature_keys=keys) for keys in by_column + with_letter),
        ],
        metrics_specs=[config_pb2.MetricsSpec(metrics=_metrics(rules))],
    )


def labels_of(config: config_pb2.EvalConfig) -> Labels:
    """Returns the labels that the rules of `eval_config` are about."""
    return tuple(dict(rule.slice)[features.LETTER] for rule in rules_of(config) if features.LETTER in dict(rule.slice))


def rules_of(config: config_pb2.EvalConfig) -> Iterator[Rule]:
    """Yields the rules that `eval_config` was given, but those that the Evaluator left out, as it has no baseline."""
    for each in config.metrics_specs[0].metrics[0].per_slice_thresholds:
        threshold = each.threshold
        # Older versions of this program gave all letters one threshold.
        for spec in each.slicing_specs:
            place = tuple(sorted(spec.feature_values.items()))
            if threshold.HasField("value_threshold"):
                yield Rule(place, threshold.value_threshold.lower_bound.value)
            if threshold.HasField("change_threshold"):
                yield Rule(place, threshold.change_threshold.absolute.value, is_change=True)


def reasons(judged: Iterable[Judged]) -> list[str]:
    """Returns every rule that was missed, in words; all letters below the same bound are one reason."""
    missed = [each for each in judged if not each.met]
    found = [_overall_reason(each.rule, each.value or 0.0) for each in missed if each.rule.slice == ALL]
    below = [each for each in missed if each.rule.slice != ALL and each.value is not None]
    for (what, bound), group in itertools.groupby(below, lambda each: (_title(each.rule.slice), each.rule.bound)):
        members = list(group)
        if what == WORST_WRITERS:
            found += [f"{each.what} is {each.value:.3f}, below {bound:g}" for each in members]
            continue
        values = [f"{shown(each.rule.slice)} {each.value:.3f}" for each in members]
        found.append(f"{ACCURACY} of {len(values)} {what}(s) is below {bound:g}: {', '.join(values)}")
    if none := [shown(each.rule.slice) for each in missed if each.value is None]:
        found.append(f"no test photo of {' '.join(none)}")
    return found


def _title(place: Slice) -> str:
    titles = {column.name: column.title for column in slice_columns()}
    return " and ".join(titles.get(name, name) for name, _ in place)


def _overall_reason(rule: Rule, value: float) -> str:
    if rule.is_change:
        return f"{ACCURACY} is {-value:.4f} lower than the baseline's, over {-rule.bound:g}"
    return f"{ACCURACY} is {value:.4f}, below {rule.bound:g}"


def _metrics(rules: Iterable[Rule]) -> Sequence[config_pb2.MetricConfig]:
    thresholds: dict[Slice, config_pb2.MetricThreshold] = {}
    for rule in rules:
        threshold = thresholds.setdefault(rule.slice, config_pb2.MetricThreshold())
        if rule.is_change:
            threshold.change_threshold.direction = config_pb2.MetricDirection.HIGHER_IS_BETTER
            threshold.change_threshold.absolute.value = rule.bound
        else:
            threshold.value_threshold.lower_bound.value = rule.bound
    # Per slice only: `MetricConfig.threshold` would hold every letter and paper to the overall bound.
    per_slice = [
        config_pb2.PerSliceMetricThreshold(slicing_specs=[_slicing_spec(place)], threshold=threshold)
        for place, threshold in thresholds.items()
    ]
    metric = config_pb2.MetricConfig
    return [
        metric(
            class_name="SparseCategoricalAccuracy",
            config=json.dumps({"name": ACCURACY}),
            per_slice_thresholds=per_slice,
        ),
        metric(class_name="SparseTopKCategoricalAccuracy", config=json.dumps({"name": TOP_2_ACCURACY, "k": 2})),
        metric(class_name="ExampleCount"),
        metric(class_name="MultiClassConfusionMatrixPlot"),
    ]


def _slicing_spec(place: Slice) -> config_pb2.SlicingSpec:
    return config_pb2.SlicingSpec(feature_values=dict(place))
