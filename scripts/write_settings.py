"""Writes docs/settings.md: every setting and recipe, from the code: `python -m scripts.write_settings`."""

import inspect
import re
from typing import get_args

from pydantic.fields import FieldInfo

from components.settings import Settings
from core.project import ROOT
from pipeline.config import Config
from pipeline.recipes import RECIPES

PAGE = ROOT / "docs" / "settings.md"

_HEAD = """# Recipes and settings

Written by `python -m scripts.write_settings` from `components/settings.py` and `pipeline/recipes.py`.
`--recipe NAME` chooses a recipe, `--set section.key=value` changes one setting of it (lists: `a,b,c`).

"""
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n        .*)*)", re.MULTILINE)
_SIGNS = {"Ge": "≥", "Gt": ">", "Le": "≤", "Lt": "<"}


def page() -> str:
    """Returns the page's content."""
    sections = {name: field.default for name, field in Config.model_fields.items() if name != "recipe"}
    return _HEAD + "\n".join([*(_section(*each) for each in sections.items()), _recipes(list(sections))])


def _section(name: str, defaults: Settings) -> str:
    text = inspect.getdoc(type(defaults)) or ""
    meanings = {key: " ".join(meaning.split()) for key, meaning in _ATTRIBUTE.findall(text)}
    rows = [
        f"| `{name}.{key}` | `{_shown(getattr(defaults, key))}` | {_range(field)} | {meanings[key]} |"
        for key, field in type(defaults).model_fields.items()
    ]
    head = ["| setting | default | may be | what it is |", "|---|---|---|---|"]
    return "\n".join([f"## {name}", "", text.partition("\n")[0], "", *head, *rows, ""])


def _range(field: FieldInfo) -> str:
    if field.annotation is bool:
        return "`true`, `false`"
    if choices := [each for each in get_args(field.annotation) if isinstance(each, str)]:
        return ", ".join(f"`{each}`" for each in choices)
    bounds = [
        f"{sign} {getattr(bound, kind.lower())}"
        for bound in field.metadata
        for kind, sign in _SIGNS.items()
        if type(bound).__name__ == kind
    ]
    return ", ".join(bounds)


def _recipes(sections: list[str]) -> str:
    parts = ["## Recipes", ""]
    for name, recipe in RECIPES.items():
        config = recipe()
        changed = [
            f"`{section}.{key}={_shown(value)}`"
            for section in sections
            for key, value in getattr(config, section)
            if value != getattr(Config.model_fields[section].default, key)
        ]
        parts += [f"**`{name}`**: {inspect.getdoc(recipe)}", "", f"Beside the defaults: {', '.join(changed)}", ""]
    return "\n".join(parts)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) or "(none)" if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
