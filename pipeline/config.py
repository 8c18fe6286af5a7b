"""The configuration of a run: one frozen, typed value, and how a person overrides its fields."""

import hashlib
import json
from collections.abc import Sequence

from pydantic import ValidationError

from components import settings
from core.errors import UserError


class Config(settings.Settings):
    """Everything about a run that a person may choose, but for where its input and output lie."""

    recipe: str
    data: settings.DataSettings = settings.DataSettings()
    model: settings.ModelSettings = settings.ModelSettings()
    augmentation: settings.AugmentationSettings = settings.AugmentationSettings()
    train: settings.TrainSettings = settings.TrainSettings()
    evaluation: settings.EvaluationSettings = settings.EvaluationSettings()
    beam: settings.BeamSettings = settings.BeamSettings()

    def sha256(self) -> str:
        """Returns the hex SHA-256, as canonical JSON, of all that may change what comes out of a run."""
        canonical = json.dumps(self.model_dump(mode="json", exclude={"beam"}), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def field_names() -> list[str]:
    """Returns every name that `--set` takes, as `section.key`."""
    return [
        f"{section}.{key}"
        for section, field in Config.model_fields.items()
        if isinstance(field.default, settings.Settings)
        for key in type(field.default).model_fields
    ]


def with_overrides(config: Config, assignments: Sequence[str]) -> Config:
    """Returns `config` with each `section.key=value` of `assignments` applied, in order.

    Raises:
        UserError: If an assignment has another form, names no field, or its value does not fit.
    """
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        if not separator:
            raise UserError(f"--set {assignment}: write it as section.key=value, such as train.epochs=10")
        if name not in field_names():
            raise UserError(f"--set {name}: no such field; the fields are {', '.join(field_names())}")
        section, _, key = name.partition(".")
        before = getattr(config, section)
        listed = [part.strip() for part in text.split(",") if part.strip()]
        value = listed if isinstance(getattr(before, key), tuple) else text
        try:
            config = config.model_copy(update={section: before.model_copy(update={key: value})})
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise UserError(f"--set {assignment}: {name}: {reason[0].lower()}{reason[1:]}") from None
    return config
