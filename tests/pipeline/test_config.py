"""The configuration and `--set`: every field can be overridden, and a wrong one is told in one line."""

import json

import pytest
from pydantic import ValidationError

from components.settings import DataSettings, EvaluationSettings
from core.errors import UserError
from pipeline.config import Config, field_names, with_overrides

BASE = Config(recipe="base")


def error_of(*assignments: str) -> str:
    with pytest.raises(UserError) as caught:
        with_overrides(BASE, assignments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("train.epochs=7", 7),
        ("train.learning_rate=1e-3", 0.001),
        ("train.optimizer=rmsprop", "rmsprop"),
        ("data.on_bad_record=skip", "skip"),
        ("data.max_class_ratio=2", 2.0),
        ("model.stage_widths=8,16, 32", (8, 16, 32)),
        ("model.stage_widths=8", (8,)),
        ("augmentation.permute_channels=true", True),
        ("augmentation.permute_channels=0", False),
        ("evaluation.min_accuracy=1", 1.0),
    ],
)
def test_field_is_overridden_with_its_own_type(assignment: str, value: object) -> None:
    section, _, key = assignment.partition("=")[0].partition(".")
    changed = with_overrides(BASE, [assignment])
    found = getattr(getattr(changed, section), key)
    assert found == value
    assert type(found) is type(value)
    expected = BASE.model_dump()
    expected[section][key] = value
    assert changed.model_dump() == expected


@pytest.mark.parametrize("name", field_names())
def test_every_field_takes_its_own_value_as_text(name: str) -> None:
    section, _, key = name.partition(".")
    value = getattr(getattr(BASE, section), key)
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    assert with_overrides(BASE, [f"{name}={text}"]) == BASE


def test_later_assignment_wins_and_the_base_is_untouched() -> None:
    before = BASE.model_dump()
    changed = with_overrides(BASE, ["train.epochs=7", "train.seed=3", "train.epochs=8"])
    assert (changed.train.epochs, changed.train.seed) == (8, 3)
    assert BASE.model_dump() == before
    assert with_overrides(BASE, []) == BASE


@pytest.mark.parametrize("assignment", ["train.epochs", "", "train.epochs:7"])
def test_other_form_is_told_with_an_example(assignment: str) -> None:
    message = error_of(assignment)
    assert message == f"--set {assignment}: write it as section.key=value, such as train.epochs=10"


@pytest.mark.parametrize(
    "name", ["train.epoch", "epochs", "train", "recipe", "train.epochs.x", "Train.epochs", " train.epochs", ""]
)
def test_unknown_field_is_told_with_all_valid_ones(name: str) -> None:
    assert error_of(f"{name}=7") == f"--set {name}: no such field; the fields are {', '.join(field_names())}"


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("train.epochs=many", "input should be a valid integer"),
        ("train.epochs=1.5", "input should be a valid integer"),
        ("train.epochs=", "input should be a valid integer"),
        ("train.epochs=0", "input should be greater than or equal to 1"),
        ("train.learning_rate=0", "input should be greater than 0"),
        ("train.learning_rate=nan", "input should be a finite number"),
        ("train.learning_rate=inf", "input should be a finite number"),
        ("train.optimizer=sgd", "input should be 'adamw', 'muon' or 'rmsprop'"),
        ("data.on_bad_record=Skip", "input should be 'error' or 'skip'"),
        ("data.max_bad_fraction=1.01", "input should be less than or equal to 1"),
        ("data.max_class_ratio=0.9", "input should be greater than or equal to 1"),
        ("model.stage_widths=8,x", "input should be a valid integer"),
        ("model.stage_widths=", "tuple should have at least 1 item"),
        ("augmentation.permute_channels=maybe", "input should be a valid boolean"),
    ],
)
def test_wrong_value_is_told_with_the_field_and_the_reason(assignment: str, reason: str) -> None:
    name = assignment.partition("=")[0]
    assert error_of(assignment).startswith(f"--set {assignment}: {name}: {reason}")


def test_first_wrong_assignment_is_the_one_that_is_told() -> None:
    assert error_of("train.seed=2", "train.epochs=x", "nonsense").startswith("--set train.epochs=x: ")


def test_settings_are_frozen_and_refuse_unknown_names() -> None:
    with pytest.raises(ValidationError, match=r"frozen"):
        BASE.train.epochs = 3
    with pytest.raises(ValidationError, match=r"Extra inputs are not permitted"):
        DataSettings(on_bad_records="skip")


def test_sha256_sees_every_setting_and_survives_json() -> None:
    changed = with_overrides(BASE, ["evaluation.max_accuracy_drop=0.02"])
    assert changed.sha256() != BASE.sha256()
    assert Config(recipe="other").sha256() != BASE.sha256()
    copy = Config.model_validate(json.loads(json.dumps(changed.model_dump(mode="json"))))
    assert copy == changed
    assert copy.sha256() == changed.sha256()


@pytest.mark.parametrize("update", [{"min_acuracy": 0.5}, {"min_accuracy": 2.0}])
def test_copy_of_settings_refuses_what_new_settings_refuse(update: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        EvaluationSettings().model_copy(update=update)


def test_copy_of_settings_has_the_other_values() -> None:
    copy = BASE.model_copy(update={"data": BASE.data.model_copy(update={"max_class_ratio": 2})})
    assert copy == with_overrides(BASE, ["data.max_class_ratio=2"])
