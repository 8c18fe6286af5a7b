"""What the benchmarks share: how a command is declared, the machine, a JSON file and a table."""

import argparse
import functools
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from operator import methodcaller
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from console.command import ExitStatus, one_line_errors
from console.flags import OneLineParser
from console.logs import set_up_logs
from core.errors import UserError
from pipeline.fingerprints import code_version
from pipeline.outcome.summary import versions

Row = dict[str, object]
Main = Callable[..., int]
Flag = Callable[[argparse.ArgumentParser], object]

DEFAULT_OUTPUT = Path("output/benchmarks")


class Results(NamedTuple):
    """What a benchmark found: rows for the JSON file, and rows to print, by the title of their table."""

    rows: Sequence[Mapping[str, object]]
    tables: Mapping[str, Sequence[Mapping[str, object]]]


def flag(*names: str, **options: Any) -> Flag:
    """Returns what gives a parser a flag; takes what `ArgumentParser.add_argument` takes."""
    return methodcaller("add_argument", *names, **options)


DATA = flag("--data", type=Path, required=True, metavar="DIR", help="folder with the CSV and the images")
OVERRIDES = flag("--set", action="append", default=[], metavar="section.key=value", help="override a setting")
_OUTPUT = flag("--output", type=Path, metavar="DIR", default=DEFAULT_OUTPUT, help=f"for results ({DEFAULT_OUTPUT})")


def command(*flags: Flag) -> Callable[[Callable[[argparse.Namespace], None]], Main]:
    """Makes a command's main function of one that takes the parsed flags; its module is what `python -m` runs.

    What is made takes the words of the command line, by default those of this process, and returns the exit status.
    """

    def decorate(work: Callable[[argparse.Namespace], None]) -> Main:
        @one_line_errors
        @functools.wraps(work)
        def main(arguments: Sequence[str] | None = None) -> int:
            parser = OneLineParser(
                prog=f"python -m {_module_of(work)}",
                description=sys.modules[work.__module__].__doc__,
                formatter_class=argparse.RawDescriptionHelpFormatter,
                allow_abbrev=False,
            )
            for add in flags:
                add(parser)
            parsed = parser.parse_args(arguments)
            # Before TensorFlow is imported; the processes that are measured inherit what this sets.
            set_up_logs(verbose=False)
            work(parsed)
            return ExitStatus.DONE

        return main

    return decorate


def benchmark(*flags: Flag) -> Callable[[Callable[[argparse.Namespace], Results]], Main]:
    """Makes a command of a function that measures: `command`, with `--output` for a JSON file named like its module.

    The folder is made before minutes of measuring rather than after.
    """

    def decorate(measure: Callable[[argparse.Namespace], Results]) -> Main:
        @command(*flags, _OUTPUT)
        @functools.wraps(measure)
        def main(parsed: argparse.Namespace) -> None:
            make_folder(parsed.output)
            results = measure(parsed)
            name = _module_of(measure).rpartition(".")[2]
            write_json(parsed.output / f"{name}.json", name.replace("_", " "), results.rows)
            for title, rows in results.tables.items():
                print_table(title, rows)

        return main

    return decorate


def _module_of(function: Callable[..., object]) -> str:
    # By its spec: what `python -m` runs is called __main__.
    return str(sys.modules[function.__module__].__spec__.name)  # type: ignore[union-attr]


def machine() -> dict[str, str]:
    """Returns what a figure depends on: processor, memory, system, libraries, commit, and how busy it all is."""
    code = code_version()
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "processor": _value_in("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _value_in("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "load of the last minute": f"{os.getloadavg()[0]:.2f}",
        **versions(),
        "commit": f"{code['git_commit'] or ''}{'+' if code['modified'] else ''}",
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


def make_folder(folder: Path) -> None:
    """Makes the folder for results, before minutes of measuring rather than after.

    Raises:
        UserError: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be made: {error.strerror}") from None
