"""The baseline: the latest blessed model other than the current one, or none."""

from typing import Any

import pytest
from tfx.types import standard_artifacts

from components.baseline import (
    CURRENT_MODEL,
    MODEL,
    MODEL_BLESSING,
    WITHDRAWN_PROPERTY,
    LatestOtherBlessedModelStrategy,
)


def _model(number: int) -> standard_artifacts.Model:
    model = standard_artifacts.Model()
    model.id = number
    return model


def _blessing(number: int, model: int, blessed: bool) -> standard_artifacts.ModelBlessing:
    blessing = standard_artifacts.ModelBlessing()
    blessing.id = number
    blessing.set_int_custom_property("blessed", int(blessed))
    blessing.set_int_custom_property("current_model_id", model)
    return blessing


def _resolve(models: list[int], blessed: dict[int, bool], current: int) -> tuple[list[int], list[int]]:
    """Returns the ids of the baseline and of its blessing, which is the model's id plus 100."""
    found: dict[str, list[Any]] = LatestOtherBlessedModelStrategy().resolve_artifacts(
        None,
        {
            MODEL: [_model(number) for number in models],
            MODEL_BLESSING: [_blessing(100 + number, number, value) for number, value in blessed.items()],
            CURRENT_MODEL: [_model(current)],
        },
    )
    assert [model.id for model in found[CURRENT_MODEL]] == [current]
    return [m.id for m in found[MODEL]], [b.id for b in found[MODEL_BLESSING]]


@pytest.mark.parametrize(
    ("models", "blessed", "current", "baseline"),
    [
        ([1, 2, 3], {1: True, 2: True}, 3, 2),
        ([2, 3, 1], {2: True, 1: True}, 3, 2),
        ([1, 2, 3], {1: True, 2: False}, 3, 1),
        ([1, 2], {1: True, 2: True}, 2, 1),
        ([1, 2, 3], {1: True, 2: True, 3: True}, 1, 3),
    ],
    ids=["latest", "any-order", "not-blessed-one-is-passed-over", "not-the-current-one", "later-than-current"],
)
def test_latest_other_blessed_model_is_the_baseline(
    models: list[int], blessed: dict[int, bool], current: int, baseline: int
) -> None:
    assert _resolve(models, blessed, current) == ([baseline], [100 + baseline])


@pytest.mark.parametrize(
    ("models", "blessed"),
    [([5], {}), ([5], {5: True}), ([4, 5], {4: False, 5: True}), ([4, 5], {})],
    ids=["first-run", "unchanged-second-run", "never-blessed-before", "never-evaluated"],
)
def test_without_an_other_blessed_model_there_is_no_baseline(models: list[int], blessed: dict[int, bool]) -> None:
    assert _resolve(models, blessed, current=5) == ([], [])


def test_withdrawn_model_is_no_baseline_also_where_it_was_blessed_again() -> None:
    older, withdrawn, again = _blessing(101, 1, True), _blessing(102, 2, True), _blessing(103, 2, True)
    withdrawn.set_int_custom_property(WITHDRAWN_PROPERTY, 1)
    given: dict[str, list[Any]] = {
        MODEL: [_model(1), _model(2), _model(3)],
        MODEL_BLESSING: [older, withdrawn, again],
        CURRENT_MODEL: [_model(3)],
    }
    found = LatestOtherBlessedModelStrategy().resolve_artifacts(None, given)
    assert [model.id for model in found[MODEL]] == [1]
