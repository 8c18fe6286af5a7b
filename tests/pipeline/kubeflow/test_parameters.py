"""Parameters of a run: their defaults are what was compiled, and their values reach the configuration."""

import pytest

from core.errors import UserError
from core.project import ROOT
from pipeline.config import with_overrides
from pipeline.kubeflow.parameters import STEPS, check_place, in_few_words, in_full, run_parameters, settled
from pipeline.places import Places
from pipeline.recipes import RECIPES, default

PLACES = Places("/mnt/data", "", "/mnt/serving", "/mnt/training", "schema.pbtxt")


def test_defaults_and_types_are_those_of_the_configuration() -> None:
    known = run_parameters(default(), PLACES)
    assert known["data"]["defaultValue"] == "/mnt/data"
    assert known["train_epochs"]["defaultValue"] == default().train.epochs
    assert known["train_epochs"]["parameterType"] == "NUMBER_INTEGER"
    assert known["evaluation_min_accuracy"]["parameterType"] == "NUMBER_DOUBLE"
    assert known["data_on_bad_record"]["defaultValue"] == "error"


def test_every_parameter_is_read_by_some_step() -> None:
    assert set(run_parameters(default(), PLACES)) == set(STEPS)
    assert all(STEPS.values())
    assert "Trainer" in STEPS["train_seed"]


def test_values_of_a_run_change_the_configuration_and_the_places() -> None:
    values = {"train_epochs": 7.0, "evaluation_min_accuracy": 0.5, "data_on_bad_record": "skip", "data": "/mnt/other"}
    config, places = settled(default(), values)
    assert (config.train.epochs, config.evaluation.min_accuracy, config.data.on_bad_record) == (7, 0.5, "skip")
    assert (places.data, places.serving) == ("/mnt/other", "")


def test_defaults_of_a_run_leave_the_configuration_as_it_was() -> None:
    values = {name: parameter["defaultValue"] for name, parameter in run_parameters(default(), PLACES).items()}
    assert settled(default(), values)[0] == default()


@pytest.mark.parametrize(
    ("name", "value"), [("train_epochs", 0.0), ("train_epochs", 2.5), ("data_on_bad_record", "hide")]
)
def test_value_that_does_not_fit_is_told(name: str, value: object) -> None:
    with pytest.raises(UserError, match=name.replace("_", ".", 1)):
        settled(default(), {name: value})


def test_parameters_are_documented_with_the_setting_that_they_change() -> None:
    text = (ROOT / "components" / "settings.py").read_text(encoding="utf-8")
    for parameter in run_parameters(default(), PLACES).values():
        if parameter["description"].startswith("the setting"):
            assert f"    {parameter['description'].split()[2].partition('.')[2]}:" in text


def test_keys_in_a_uri_are_refused_and_not_shown() -> None:
    with pytest.raises(UserError, match="use --secret") as told:
        check_place("data", "s3://AKIA:hunter2@letters/data")
    assert "hunter2" not in str(told.value)


def test_training_goes_on_from_files_and_not_from_a_bucket() -> None:
    check_place("training_state", "/mnt/letters/training")
    check_place("serving", "s3://letters/serving_model")
    with pytest.raises(UserError, match="training_state: cannot be in a bucket"):
        check_place("training_state", "s3://letters/training")
    # As typed into the form of the UI.
    with pytest.raises(UserError, match="training_state: cannot be in a bucket"):
        settled(default(), {"training_state": "gs://letters/training"})


@pytest.mark.parametrize(
    "overrides", [[], ["train.epochs=3", "train.generated_hands=caveat,lobster", "beam.options=a=b"]]
)
def test_configuration_in_few_words_is_whole(overrides: list[str]) -> None:
    config = with_overrides(default(), overrides)
    assert in_full(in_few_words(config)) == config


def test_image_with_another_recipe_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    words = in_few_words(default())
    monkeypatch.setitem(RECIPES, "default", lambda: with_overrides(default(), ["train.epochs=3"]))
    with pytest.raises(UserError, match="the recipe default of this image is not the one that was compiled"):
        in_full(words)
