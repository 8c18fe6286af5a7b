"""The command `inspect_run.py`: the report of any run, the list of runs, and two of them side by side."""

import argparse
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from components.inspector.inspection import Inspection
from console.command import ExitStatus, one_line_errors
from console.flags import OneLineParser, local_path
from console.logs import set_up_logs
from console.shortage import shortage_told
from core.errors import UserError, printable
from core.files import resolved, write_whole
from core.labels import Labels
from pipeline.local.output import Output
from report.outcome import Outcome


@one_line_errors
def inspect_main(arguments: Sequence[str]) -> int:
    """Does what the flags ask for, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    output = Output(resolved(flags.folder))
    if not output.metadata.is_file():
        raise UserError(f"{flags.folder}: no run has worked there; give the --output of local_runner.py")
    set_up_logs(verbose=False)
    with shortage_told(output.remedies):
        _show(flags, output)
    return ExitStatus.DONE


def _show(flags: argparse.Namespace, output: Output) -> None:
    if flags.list:
        _print(["run", "started", "recipe", "test accuracy", "blessed", "pushed"], list_rows(output))
    elif flags.compare:
        _print_comparison(output, *flags.compare)
    else:
        page = rebuild(output, flags.run)
        print(f"Report: {printable(page)}")
        if flags.open:
            webbrowser.open(page.as_uri())


def list_rows(output: Output) -> list[tuple[str, ...]]:
    """Returns a row for each run, the oldest first; one that was interrupted has no summary."""
    from pipeline.outcome.record import list_runs, open_store, saved_summary

    runs = list_runs(open_store(output.metadata))
    return [_list_row(number, run.name, saved_summary(run)) for number, run in enumerate(runs, start=1)]


def _list_row(number: int, name: str, summary: dict[str, Any] | None) -> tuple[str, ...]:
    if summary is None:
        return str(number), name, "", "", "interrupted", ""
    accuracy = f"{summary['test']['accuracy']:.2%}" if summary["test"] else ""
    blessed = {True: "yes", False: "NO", None: "not evaluated"}[summary["blessed"]]
    pushed = Path(summary["pushed_model"]).name if summary["pushed_model"] else ""
    return str(number), summary["started"], summary["recipe"], accuracy, blessed, pushed


def rebuild(output: Output, number: int | None) -> Path:
    """Writes the report of a run anew, from MLMD and the artifacts alone.

    Args:
        output: The output folder.
        number: The run's, as listed; the last run by default.

    Returns:
        The page: `report.html` for the last run, `report-NUMBER.html` for another.

    Raises:
        UserError: If there is no such run, it was interrupted, or its artifacts cannot be read any more.
    """
    from pipeline.outcome.record import saved_summary
    from report.page import build_page

    which, run, outcome = _found(output, number)
    summary = saved_summary(run)
    if summary is None:
        raise UserError(f"run {which} was interrupted and has no report; the pipeline goes on from there")
    with _readable(which):
        # The folder may have been moved since.
        summary |= {"pushed_model": outcome.pushed_model, "training_logs": outcome.training_logs}
        content = build_page(summary, outcome)
    page = output.report if number is None else output.folder / f"report-{number}.html"
    write_whole(page, content)
    return page


def _found(output: Output, number: int | None) -> tuple[int, Any, Outcome]:
    """Returns a run's number, MLMD's context of it, and what it came to."""
    from pipeline.outcome.outcome import find_outcome
    from pipeline.outcome.record import list_runs, open_store, read_run

    store = open_store(output.metadata)
    runs = list_runs(store)
    if not runs:
        raise UserError(f"{output.folder}: no run was recorded there yet")
    which = len(runs) if number is None else number
    if not 1 <= which <= len(runs):
        raise UserError(f"run {which}: there are runs 1 to {len(runs)}; see --list")
    run = runs[which - 1]
    return which, run, find_outcome(store, read_run(store, run))


def _print_comparison(output: Output, first: int, second: int) -> None:
    from report.comparison import compare, comparison_rows

    (one, labels), (other, other_labels) = (_inspected(output, number) for number in (first, second))
    if labels != other_labels:
        raise UserError("the two runs have different labels, so their models cannot be compared")
    found = compare(one, other, labels)
    _print(["letter", f"run {first}", f"run {second}", "difference, points"], comparison_rows(found))
    _, overall, _ = found.accuracies[0]
    print(
        f"{overall.photos} test photos of both runs; only run {first} is right on {found.only_first}, only "
        f"run {second} on {found.only_second}; McNemar's exact test: p = {found.p_value:.3g}"
    )


def _inspected(output: Output, number: int) -> tuple[Inspection, Labels]:
    which, _, outcome = _found(output, number)
    with _readable(which):
        inspection, labels = outcome.inspection, outcome.labels
    if inspection is None:
        raise UserError(f"run {number} did not come to a model; see --list")
    return inspection, labels


@contextmanager
def _readable(number: int) -> Iterator[None]:
    """Tells in a line that a run's artifacts were written by an older version in another way, or deleted."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        why = printable(f"{type(error).__name__}: {error}")
        raise UserError(
            f"run {number}: its artifacts are of another version of this program, or gone ({why}); run it again"
        ) from None


def _print(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*headers)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="inspect_run.py", description="Looks at past runs.", allow_abbrev=False)
    parser.add_argument("folder", type=local_path, metavar="OUTPUT", help="the output folder of local_runner.py")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the runs")
    what.add_argument("--compare", type=int, nargs=2, metavar=("A", "B"), help="two runs on the same test photos")
    what.add_argument("--run", type=int, metavar="N", help="write the report of this run, as listed (the last)")
    parser.add_argument("--open", action="store_true", help="open the report in the browser")
    return parser
