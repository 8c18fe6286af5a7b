"""The recipes are what the issue says they are."""

import pytest

from components.settings import AugmentationSettings
from core.errors import UserError
from pipeline.recipes import RECIPES, named


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_knows_its_name_and_says_what_it_is(name: str) -> None:
    assert named(name).recipe == name
    assert RECIPES[name].__doc__


def test_recipes_are_default_fast_sample_and_notebook() -> None:
    assert set(RECIPES) == {"default", "fast", "sample", "notebook"}


def test_fast_costs_half_of_default_at_most() -> None:
    cost = {
        name: named(name).train.epochs * named(name).model.members / (1 - named(name).train.generated_share)
        for name in ("default", "fast")
    }
    assert cost["fast"] < cost["default"] / 2


@pytest.mark.parametrize("name", ["none", "", "Default"])
def test_unknown_recipe_is_told_with_the_known_ones(name: str) -> None:
    with pytest.raises(UserError) as caught:
        named(name)
    assert str(caught.value) == f"--recipe {name}: no such recipe; the recipes are {', '.join(RECIPES)}"


def test_notebook_is_the_reference_as_it_was_meant() -> None:
    recipe = named("notebook")
    assert recipe.model.architecture == "notebook"
    train = recipe.train
    assert (train.optimizer, train.learning_rate, train.batch_size, train.epochs) == ("rmsprop", 0.001, 90, 139)
    assert (train.schedule, train.plateau_patience, train.early_stopping_patience) == ("plateau", 3, 50)
    assert train.label_smoothing == 0.0
    plain = AugmentationSettings().model_dump()
    shown = {key: value for key, value in recipe.augmentation.model_dump().items() if value != plain[key]}
    # Zoom and stretch together let width and height change by up to 10 % each.
    assert shown == {"rotation_degrees": 10.0, "zoom": 0.05, "stretch": 0.05, "shift": 0.1, "fill_mode": "nearest"}


def test_sample_is_default_but_without_more_letters_and_easier_to_pass() -> None:
    default, sample = named("default"), named("sample")
    assert sample.train.generated_per_letter == 0 < default.train.generated_per_letter
    assert sample.evaluation.min_letter_accuracy < default.evaluation.min_letter_accuracy
    assert all(getattr(sample, section) == getattr(default, section) for section in ("augmentation", "data"))
    assert sample.model == default.model.model_copy(update={"members": 1})


def test_default_demands_what_issue_2_demands() -> None:
    evaluation = named("default").evaluation
    assert (evaluation.min_accuracy, evaluation.min_letter_accuracy) == (0.97, 0.85)


def test_no_recipe_lets_bad_records_pass_unasked() -> None:
    assert {named(name).data.on_bad_record for name in RECIPES} == {"error"}
