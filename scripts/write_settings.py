"""Writes docs/settings.md: every setting and recipe, from the code: `python -m scripts.write_settings`."""

import inspect
import re
from collections.abc import Mapping
from typing import Any

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
_SIGNS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def page() -> str:
    """Returns the page's content."""
    sections = {name: field.default for name, field in Config.model_fields.items() if name != "recipe"}
    return _HEAD + "\n".join([*(_section(*each) for each in sections.items()), _recipes(list(sections))])


def _section(name: str, defaults: Settings) -> str:
    text = inspect.getdoc(type(defaults)) or ""
    meanings = {key: " ".join(meaning.split()) for key, meaning in _ATTRIBUTE.findall(text)}
    rows = [
        f"| `{name}.{key}` | `{_shown(getattr(defaults, key))}` | {_range(schema)} | {meanings[key]} |"
        for key, schema in type(defaults).model_json_schema()["properties"].items()
    ]
    head = ["| setting | default | may be | what it is |", "|---|---|---|---|"]
    return "\n".join([f"## {name}", "", text.partition("\n")[0], "", *head, *rows, ""])


def _range(schema: Mapping[str, Any]) -> str:
    """Returns what JSON's schema of a setting allows, in words."""
    if schema.get("type") == "boolean":
        return "`true`, `false`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    return ", ".join(f"{sign} {schema[bound]}" for bound, sign in _SIGNS.items() if bound in schema)


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
