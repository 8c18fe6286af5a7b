"""What may be chosen anew for every run on Kubeflow, without compiling again."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from core.errors import UserError
from core.files import is_uri
from pipeline import ids
from pipeline.config import Config, with_overrides
from pipeline.places import Places

ParameterType = Literal["NUMBER_INTEGER", "NUMBER_DOUBLE", "STRING"]

# A step that reads parameters of the run gets the compiled configuration too, which they change.
CONFIG_PARAMETER = "compiled_config"

_PAGES = (ids.DATA_PAGE, ids.RUN_PAGE)
_STEPS_OF_SECTION: Mapping[str, tuple[str, ...]] = {
    "data": (ids.EXAMPLE_GEN, ids.DATA_CHECK, *_PAGES),
    "train": (ids.TRAINER, *_PAGES),
    "evaluation": (ids.EVALUATOR, *_PAGES),
}
_STEPS_OF_PLACE: Mapping[str, tuple[str, ...]] = {
    "data": (ids.EXAMPLE_GEN, *_PAGES),
    "serving": (ids.BASELINE, ids.PUSHER),
    "training_state": (ids.TRAINER,),
}
_PLACE_WORDS: Mapping[str, str] = {
    "data": "folder with the CSV and the images: a path on a volume, or a URI of a bucket",
    "serving": "folder of pushed versions: a path on a volume, or a URI of a bucket",
    "training_state": "folder for what an interrupted training goes on from: a path on a volume",
}
_FIELDS = (
    "data.on_bad_record",
    "data.max_class_ratio",
    "train.epochs",
    "train.learning_rate",
    "train.generated_per_letter",
    "train.seed",
    "evaluation.min_accuracy",
    "evaluation.min_letter_accuracy",
    "evaluation.max_accuracy_drop",
)


@dataclass(frozen=True)
class RunParameter:
    """A parameter of a run.

    Attributes:
        name: As in the form of a run.
        type: The pipeline specification's.
        default: Its value where a run says nothing.
        description: For the form.
        steps: The components that read it.
    """

    name: str
    type: ParameterType
    default: str | float
    description: str
    steps: tuple[str, ...]


def run_parameters(config: Config, places: Places) -> list[RunParameter]:
    """Returns the parameters of a run, with what is compiled as their defaults."""
    described = [
        RunParameter(name, "STRING", getattr(places, name), _PLACE_WORDS[name], steps)
        for name, steps in _STEPS_OF_PLACE.items()
    ]
    return described + [_of_field(field, config) for field in _FIELDS]


def check_place(name: str, value: str) -> None:
    """Checks the value of a parameter of a run, if it names a place.

    Args:
        name: The parameter's.
        value: A path or a URI, which no message quotes: it may hold keys.

    Raises:
        UserError: If it is a URI with keys in it, or one where files are needed.
    """
    if name not in _STEPS_OF_PLACE or not is_uri(value):
        return
    if "@" in value:
        # Whoever may see a pipeline or a run could read them.
        raise UserError(f"{name}: keys do not belong into a URI; put them into a Kubernetes secret, and use --secret")
    if name == "training_state":
        advice = "give a path on a volume, or nothing: an interrupted training then begins anew"
        raise UserError(f"{name}: cannot be in a bucket, since a training goes on from files; {advice}")


def settled(config: Config, values: Mapping[str, Any]) -> tuple[Config, Places]:
    """Returns the configuration and the places of a run, as one of its steps sees them.

    Args:
        config: The compiled configuration.
        values: Of the parameters that the step got, by name; Kubeflow gives every number as a float.

    Raises:
        UserError: If a value does not fit.
    """
    # In the UI's form anything can be typed.
    check_place("training_state", str(values.get("training_state", "")))
    assignments = [
        f"{field}={_text(values[name], config, field)}" for field in _FIELDS if (name := _name(field)) in values
    ]
    given = {field.name: str(values.get(field.name, "")) for field in fields(Places)}
    return with_overrides(config, assignments), Places(**given)


def parameter_names() -> frozenset[str]:
    """Returns the names of all parameters of a run."""
    return frozenset({*_STEPS_OF_PLACE, *map(_name, _FIELDS)})


def _of_field(field: str, config: Config) -> RunParameter:
    value = _value(config, field)
    kind: ParameterType = "NUMBER_INTEGER" if isinstance(value, int) else "NUMBER_DOUBLE"
    return RunParameter(
        name=_name(field),
        type="STRING" if isinstance(value, str) else kind,
        default=value,
        description=f"the setting {field} (components/settings.py)",
        steps=_STEPS_OF_SECTION[field.partition(".")[0]],
    )


def _name(field: str) -> str:
    return field.replace(".", "_")


def _value(config: Config, field: str) -> Any:
    section, _, key = field.partition(".")
    return getattr(getattr(config, section), key)


def _text(value: Any, config: Config, field: str) -> str:
    whole = isinstance(_value(config, field), int) and isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
