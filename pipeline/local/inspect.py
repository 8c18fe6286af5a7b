"""The command `inspect_run.py`: the report of any run, the list of runs, and two of them side by side."""

import argparse
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from console.command import one_line_errors
from console.exit_status import ExitStatus
from console.flags import OneLineParser
from console.logs import set_up_logs
from console.shortage import shortage_told
from core.errors import UserError, printable
from core.files import resolved, write_whole
from pipeline.local.output import Output


@one_line_errors
def inspect_main(arguments: Sequence[str]) -> int:
    """Does what the flags ask for, and returns the exit status."""
    flags = _parser().parse_args(arguments)
    output = Output(resolved(flags.folder))
    if not output.metadata.is_file():
        raise UserError(f"{flags.folder}: no run has worked there; give the --output of local_runner.py")
    set_up_logs(verbose=False)
    if flags.list:
        _print(["run", "started", "recipe", "test accuracy", "blessed", "pushed"], list_rows(output))
    elif flags.compare:
        _print_comparison(output, *flags.compare)
    else:
        page = rebuild(output, flags.run)
        print(f"Report: {printable(page)}")
        if flags.open:
            webbrowser.open(page.as_uri())
    return ExitStatus.DONE


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
        UserError: If there is no such run, or it was interrupted.
    """
    from pipeline.outcome.gather import gather
    from pipeline.outcome.record import list_runs, open_store, read_run, saved_summary
    from report.page import build_page

    store = open_store(output.metadata)
    run = _run(output, number)
    summary = saved_summary(run)
    if summary is None:
        which = number or len(list_runs(store))
        raise UserError(f"run {which} was interrupted and has no report; the pipeline goes on from there")
    page = output.report if number is None else output.folder / f"report-{number}.html"
    with shortage_told(output.remedies):
        write_whole(page, build_page(gather(store, read_run(store, run), summary)))
    return page


def _run(output: Output, number: int | None) -> Any:
    from pipeline.outcome.record import list_runs, open_store

    runs = list_runs(open_store(output.metadata))
    if not runs:
        raise UserError(f"{output.folder}: no run was recorded there yet")
    if number is not None and not 1 <= number <= len(runs):
        raise UserError(f"run {number}: there are runs 1 to {len(runs)}; see --list")
    return runs[-1 if number is None else number - 1]


def _print_comparison(output: Output, first: int, second: int) -> None:
    from components.inspector.inspection import Inspection, read_inspection
    from pipeline.outcome.record import open_store, read_run
    from report.comparison import compare, comparison_rows

    def inspection(number: int) -> Inspection:
        folder = read_run(open_store(output.metadata), _run(output, number)).uri("Inspector", "inspection")
        if folder is None:
            raise UserError(f"run {number} did not come to a model; see --list")
        return read_inspection(folder)

    found = compare(inspection(first), inspection(second))
    _print(["letter", f"run {first}", f"run {second}", "difference, points"], comparison_rows(found))
    print(
        f"{found.overall.first.photos} test photos of both runs; only run {first} is right on {found.only_first}, only "
        f"run {second} on {found.only_second}; McNemar's exact test: p = {found.p_value:.3g}"
    )


def _print(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*headers)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="inspect_run.py", description="Looks at past runs.", allow_abbrev=False)
    parser.add_argument("folder", type=Path, metavar="OUTPUT", help="the output folder of local_runner.py")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the runs")
    what.add_argument("--compare", type=int, nargs=2, metavar=("A", "B"), help="two runs on the same test photos")
    what.add_argument("--run", type=int, metavar="N", help="write the report of this run, as listed (the last)")
    parser.add_argument("--open", action="store_true", help="open the report in the browser")
    return parser
