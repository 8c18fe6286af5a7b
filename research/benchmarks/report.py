"""What the benchmarks share: the machine, a JSON file, a table, and what their command lines take."""

import argparse
import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.errors import UserError
from pipeline.code_version import code_version

DEFAULT_OUTPUT = Path("output/benchmarks")

_LIBRARIES = ("tfx", "apache-beam", "tensorflow", "keras")


def machine() -> dict[str, str]:
    """Returns what a figure depends on: processor, memory, system, libraries, commit, and how busy it all is."""
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "processor": _value_in("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _value_in("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "load of the last minute": f"{os.getloadavg()[0]:.2f}",
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        "commit": _commit(code_version()),
    }


def write_json(path: Path, name: str, results: Sequence[Mapping[str, object]]) -> None:
    """Writes results with the benchmark's name and the machine; the folder is made."""
    content = {"benchmark": name, "machine": machine(), "results": [dict(result) for result in results]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def print_table(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Prints rows under their keys; a row may lack some."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(title=title)
    for column in columns:
        numeric = all(isinstance(row.get(column, 0), int | float) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # As text, since rich takes brackets for its own mark-up.
        table.add_row(*(Text(format_value(row.get(column))) for column in columns))
    Console().print(table)


def format_value(value: object) -> str:
    """Returns a cell's text: three significant digits of a fraction, but every digit before the point."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value)


def _value_in(path: str, key: str) -> str:
    """Returns the first value of a key in a file of `key: value` lines, or nothing."""
    lines = Path(path).read_text().splitlines() if Path(path).is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _commit(code: Mapping[str, object]) -> str:
    return f"{code['git_commit'] or ''}{'+' if code['modified'] else ''}"


def fraction(text: str) -> float:
    """Returns a fraction from the command line.

    Raises:
        ArgumentTypeError: If it is no number above 0 and up to 1.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 1.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 and up to 1")
    return value


def make_folder(folder: Path) -> None:
    """Makes the folder for results, before minutes of measuring rather than after.

    Raises:
        UserError: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be made: {error.strerror}") from None
