"""What may be chosen anew for every run on Kubeflow, without compiling again."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import yaml

from core.errors import UserError
from core.files import folders_of, is_uri
from pipeline import ids
from pipeline.config import Config, with_overrides
from pipeline.places import Places
from pipeline.recipes import named

# Every step gets the compiled configuration too, which the parameters of the run change; see `in_few_words`.
CONFIG_PARAMETER = "compiled_config"
_DIGEST, _DIGITS = "sha256", 12

_PAGES = (ids.DATA_PAGE, ids.RUN_PAGE)
_PLACES: Mapping[str, str] = {
    "data": "folder with a CSV and images: a path on a volume, or a URI of a bucket; of several, a JSON list",
    "serving": "folder of pushed versions: a path on a volume, or a URI of a bucket",
    "training_state": "folder for what an interrupted training goes on from: a path on a volume",
}
# The settings that a run may choose, by their parameters' names.
_FIELDS: Mapping[str, str] = {
    field.replace(".", "_"): field
    for field in (
        "data.on_bad_record",
        "data.max_class_ratio",
        "train.epochs",
        "train.learning_rate",
        "train.generated_per_letter",
        "train.seed",
        "evaluation.min_accuracy",
        "evaluation.min_letter_accuracy",
        "evaluation.max_accuracy_drop",
        "evaluation.min_changed_accuracy",
    )
}
_STEPS_OF_SECTION: Mapping[str, tuple[str, ...]] = {
    "data": (ids.EXAMPLE_GEN, ids.DATA_CHECK, *_PAGES),
    "train": (ids.TRAINER, *_PAGES),
    "evaluation": (ids.EVALUATOR, *_PAGES),
}
# The components that read each parameter of a run.
STEPS: Mapping[str, tuple[str, ...]] = {
    "data": (ids.EXAMPLE_GEN, *_PAGES),
    "serving": (ids.BASELINE, ids.PUSHER),
    "training_state": (ids.TRAINER,),
    **{name: _STEPS_OF_SECTION[field.partition(".")[0]] for name, field in _FIELDS.items()},
}
_TYPES = {int: "NUMBER_INTEGER", float: "NUMBER_DOUBLE", str: "STRING"}


def run_parameters(config: Config, places: Places) -> dict[str, dict[str, Any]]:
    """Returns the parameters of a run as a pipeline specification has them, with what is compiled as their defaults."""
    described = {name: (getattr(places, name), words) for name, words in _PLACES.items()}
    for name, field in _FIELDS.items():
        section, _, key = field.partition(".")
        described[name] = getattr(getattr(config, section), key), f"the setting {field} (components/settings.py)"
    return {
        name: {"parameterType": _TYPES[type(default)], "defaultValue": default, "description": words}
        for name, (default, words) in described.items()
    }


def check_place(name: str, value: str) -> None:
    """Checks the value of a parameter of a run, if it names a place; no message quotes it, since it may hold keys.

    Raises:
        UserError: If it is a URI with keys in it, or one where files are needed.
    """
    if name == "data":
        for folder in folders_of(value):
            _check_uri(name, folder)
    elif name in _PLACES:
        _check_uri(name, value)


def _check_uri(name: str, value: str) -> None:
    if not is_uri(value):
        return
    if "@" in value:
        # Whoever may see a pipeline or a run could read them.
        raise UserError(f"{name}: keys do not belong into a URI; put them into a Kubernetes secret, and use --secret")
    if name == "training_state":
        advice = "give a path on a volume, or nothing: an interrupted training then begins anew"
        raise UserError(f"{name}: cannot be in a bucket, since a training goes on from files; {advice}")


def in_few_words(config: Config) -> str:
    """Returns a configuration as what differs from its recipe, and its digest.

    Argo keeps each of a step's values six times, quoted in each other: as JSON every quotation mark would take 8 bytes.
    """
    recipe, given = named(config.recipe).model_dump(mode="json"), config.model_dump(mode="json")
    changed: dict[str, Any] = {"recipe": config.recipe}
    for section in given.keys() - {"recipe"}:
        if different := {key: each for key, each in given[section].items() if each != recipe[section][key]}:
            changed[section] = different
    changed[_DIGEST] = config.sha256()[:_DIGITS]
    return str(yaml.safe_dump(changed, default_flow_style=True, allow_unicode=True, width=math.inf)).strip()


def in_full(words: str) -> Config:
    """Returns the configuration that `in_few_words` told.

    Raises:
        UserError: If the recipe is another one here, so that this image is not of the commit that compiled.
    """
    changed = yaml.safe_load(words)
    full = named(changed["recipe"]).model_dump(mode="json")
    for section in changed.keys() & full.keys() - {"recipe"}:
        full[section] |= changed[section]
    config = Config.model_validate(full)
    if config.sha256()[:_DIGITS] != changed[_DIGEST]:
        raise UserError(
            f"the recipe {config.recipe} of this image is not the one that was compiled; build the image from the "
            "commit that compiles, or compile anew"
        )
    return config


def settled(config: Config, values: Mapping[str, Any]) -> tuple[Config, Places]:
    """Returns the configuration and the places of a run, as one of its steps sees them.

    The step got `values` by the parameters' names; Kubeflow gives every number as a float.

    Raises:
        UserError: If a value does not fit.
    """
    # In the UI's form anything can be typed.
    check_place("training_state", str(values.get("training_state", "")))
    assignments = [f"{field}={values[name]}" for name, field in _FIELDS.items() if name in values]
    given = {field.name: str(values.get(field.name, "")) for field in fields(Places)}
    return with_overrides(config, assignments), Places(**given)
