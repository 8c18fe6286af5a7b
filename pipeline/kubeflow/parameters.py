"""What may be chosen anew for every run on Kubeflow, without compiling again."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from core.errors import UserError
from core.files import folders_of, is_uri
from pipeline import ids
from pipeline.config import Config, with_overrides
from pipeline.places import Places

# A step that reads parameters of the run gets the compiled configuration too, which they change.
CONFIG_PARAMETER = "compiled_config"

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
