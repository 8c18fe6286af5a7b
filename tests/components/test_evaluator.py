"""The Evaluator: a model that reads photos badly as people take them is not blessed, which is a reason like others."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from components.inspector.robustness import Robustness
from components.settings import EvaluationSettings
from components.test_result import TestResult
from tests.model_quality.known_answers import evaluate, save_oracle

Judgements: TypeAlias = dict[str, tuple[Any, TestResult]]

SETTINGS = EvaluationSettings(min_accuracy=0, min_letter_accuracy=0, min_changed_accuracy=0.7)
GOOD, WEAK = Robustness("in shadow", 10, 0.8, 0.0, 0.0), Robustness("black bars", 10, 0.6, 0.1, 0.0)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judgements:
    """How one model, which reads everything, was judged, by what was measured of changed photos."""
    model = save_oracle(tmp_path_factory.mktemp("model"))

    def run(robustness: Sequence[Robustness]) -> tuple[Any, TestResult]:
        blessing, result, _ = evaluate(tmp_path_factory.mktemp("run"), SETTINGS, model, robustness=robustness)
        return blessing, result

    return {"good": run([GOOD]), "weak": run([GOOD, WEAK])}


def test_weak_change_takes_the_blessing_back_and_is_named(judged: Judgements) -> None:
    blessing, result = judged["weak"]
    assert blessing.get_int_custom_property("blessed") == 0
    assert [file.name for file in Path(blessing.uri).iterdir()] == ["NOT_BLESSED"]
    assert result.reasons == ["accuracy of 1 change(s) is below 0.7: black bars 0.600"]
    assert result.judged[-1].what == "accuracy under the worst change: black bars"


def test_model_that_stands_every_change_is_blessed_and_the_worst_is_told(
    judged: Judgements,
) -> None:
    blessing, result = judged["good"]
    assert blessing.get_int_custom_property("blessed") == 1
    assert [file.name for file in Path(blessing.uri).iterdir()] == ["BLESSED"]
    last = result.judged[-1]
    assert (last.rule.slice, last.value, last.met) == ((("change", "in shadow"),), 0.8, True)
