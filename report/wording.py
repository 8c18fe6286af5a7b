"""How the report writes numbers, names from outside, and the version of our code; and how its templates are filled."""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import jinja2

from core.accuracy import Accuracy
from core.errors import printable
from report.pictures import png_uri


def render(template: str, **values: Any) -> str:
    """Returns a template of the report, filled in; all that comes from data is escaped, but in Markdown."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    filters = (percent, points, value_and_interval, with_photos, duration, commit, code_span, python_string, png_uri)
    environment.filters |= {each.__name__: each for each in filters}
    environment.filters["pretty"] = partial(json.dumps, ensure_ascii=False, indent=2)
    return environment.get_template(template).render(values)


def percent(value: float, digits: int = 2) -> str:
    """Returns a fraction as a percentage."""
    return f"{value:.{digits}%}"


def points(difference: float) -> str:
    """Returns a difference of fractions in percentage points, with its sign."""
    return f"{100 * difference:+.2f}"


def value_and_interval(accuracy: Accuracy) -> str:
    """Returns an accuracy with its 95 % interval."""
    low, high = accuracy.interval_95()
    return f"{percent(accuracy.value)} ({percent(low)} to {percent(high)})"


def with_photos(accuracy: Accuracy) -> str:
    """Returns an accuracy with its 95 % interval and its photos."""
    return f"{value_and_interval(accuracy)} of {accuracy.photos}"


def duration(seconds: float) -> str:
    """Returns seconds as people say them."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def commit(code: Mapping[str, Any] | None) -> str:
    """Returns the version of our code, as in `summary.json`, in words; older runs have none."""
    if not code or code["git_commit"] is None:
        return "commit unknown"
    return f"commit {code['git_commit']}{', and changes that are in no commit' if code['modified'] else ''}"


def code_span(text: str) -> str:
    """Returns a text as Markdown that shows it as it is, on one line, whatever it holds."""
    text = printable(text)
    # One backtick more than the longest run in the text; a space apart where the text has one at an end.
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[:1] in ("", "`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{space}{text}{space}{fence}"


def python_string(text: str) -> str:
    """Returns a text as a string literal of Python, on one line."""
    return printable(json.dumps(text, ensure_ascii=False))
