"""One run on this machine, from the checks to the summary."""

import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from components.example_gen.bad_records import BadRecordsError, write_bad_records
from console.command import ExitStatus
from console.interrupts import GOES_ON, Interrupted, interruptible, uninterruptible
from console.logs import set_up_logs
from console.shortage import ShortageError, shortage_told
from core.errors import UserError, printable
from core.files import as_place, folders_of, resolved, shown_place, write_whole
from pipeline.beam.engines import check_servers, local_args
from pipeline.config import Config
from pipeline.local.output import Output, locked
from pipeline.local.preflight import check_data, check_generated, little_space, unused_columns
from pipeline.outcome.summary import Ending, build_summary
from pipeline.outcome.table import print_summary
from report.outcome import Outcome
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import CURATED_SCHEMA, read_labels

# In the working folder, as the output is: an installed package writes nothing where it lies.
SAMPLE_FOLDER = Path("data", "sample")


def run(
    config: Config,
    data: Sequence[Path],
    output_folder: Path,
    *,
    schema: Path = CURATED_SCHEMA,
    cache: bool = True,
    verbose: bool = False,
) -> int:
    """Runs the pipeline, reports on it, and returns the exit status.

    Args:
        config: Every setting.
        data: The data folders; none for the generated sample.
        output_folder: Where everything is written.
        schema: The curated schema.
        cache: Whether unchanged components are answered from earlier runs.
        verbose: Whether the libraries' logs are shown.

    Raises:
        UserError: If the output folder is busy or cannot be written.
        Interrupted: If a signal comes while the report is made.
    """
    output = Output(resolved(output_folder))
    with locked(output):
        ending = Ending(as_place(data or [SAMPLE_FOLDER.absolute()]), generated=not data)
        # Where the preflight stops a run, they are all that there is.
        ending.outcome = Outcome(bad_records_file=output.bad_records)
        status = _attempt(partial(_run, config, ending, output, schema, cache=cache, verbose=verbose), ending, output)
        with uninterruptible():
            return _conclude(config, output, ending, status)


def _conclude(config: Config, output: Output, ending: Ending, status: int) -> int:
    """Writes and prints what the run came to; returns the exit status, another one where that cannot be written."""
    summary = build_summary(config, ending)
    try:
        with shortage_told(output.remedies):
            write_whole(output.summary, json.dumps(summary, ensure_ascii=False, indent=1))
            if ending.components:
                print_summary(summary, Console())
            # An interrupted run has seconds to end, and goes on later: the page of the last whole run stays.
            if status in set(ExitStatus):
                _report(output, summary, ending.outcome)
    except ShortageError as error:
        if not any(problem.startswith(error.what) for problem in ending.problems):
            print(error, file=sys.stderr)
        return ExitStatus.USER_ERROR if status in (ExitStatus.DONE, ExitStatus.NOT_BLESSED) else status
    return status


def _report(output: Output, summary: Mapping[str, Any], outcome: Outcome) -> None:
    try:
        # The summary is there, and a page of many photos may take its time.
        with interruptible(GOES_ON), shortage_told(output.remedies):
            print(f"Report: {printable(_write_report(output, summary, outcome))}")
    except ShortageError:
        raise
    except Exception as error:
        # What the run came to stands, whatever is wrong with a page about it.
        print(f"The report could not be made: {type(error).__name__}: {error}", file=sys.stderr)


def _write_report(output: Output, summary: Mapping[str, Any], outcome: Outcome) -> Path:
    """Makes the report of the run and the card of the version that it pushed, and returns the page.

    The summary is kept in TFX's record too, where the report can be made again.
    """
    # Here, since it imports plotly: a mistake is told before that second.
    from report.page import build_page

    if summary["run"]:
        # Here, since it imports MLMD; the run has imported it already.
        from pipeline.outcome.record import open_store, save_summary

        save_summary(open_store(output.metadata), summary["run"], summary)
    write_whole(output.report, build_page(summary, outcome))
    if outcome.test and summary["pushed_model"]:
        from report.model_card import model_card

        card = output.model_cards / f"{int(Path(summary['pushed_model']).name)}.md"
        card.parent.mkdir(exist_ok=True)
        write_whole(card, model_card(summary, outcome))
    return output.report


def _attempt(work: Callable[[], None], ending: Ending, output: Output) -> int:
    """Does the work, and turns whatever happens into an exit status, with a line on stderr."""
    try:
        with interruptible(GOES_ON), shortage_told(output.remedies):
            try:
                work()
            except BadRecordsError as error:
                # First in words, since there may be no room for a file.
                status = _refuse(ending, error)
                write_bad_records(output.bad_records, error.records)
                return status
    except UserError as error:
        return _refuse(ending, error)
    except Interrupted as interruption:
        ending.problems.append(f"interrupted by {interruption}")
        return interruption.status
    except Exception as error:
        ending.problems.append(f"{type(error).__name__}: {error}")
        traceback.print_exc()
        return ExitStatus.FAILED
    return ExitStatus.DONE if ending.outcome.blessed else ExitStatus.NOT_BLESSED


def _refuse(ending: Ending, error: UserError) -> ExitStatus:
    ending.problems.append(str(error))
    print(error, file=sys.stderr)
    return ExitStatus.USER_ERROR


def _run(config: Config, ending: Ending, output: Output, schema: Path, *, cache: bool, verbose: bool) -> None:
    output.bad_records.unlink(missing_ok=True)
    labels, data = read_labels(schema), [Path(folder) for folder in folders_of(ending.data)]
    not_generated = check_generated(config.train, labels)
    check_servers(config.beam.engine, local_args(config.beam))
    print(_first_line(config, ending), flush=True)
    if ending.generated:
        write_sample(data[0], Parameters(labels))
    check_data(data, config.data, labels)
    for line in (not_generated, *map(unused_columns, data), little_space(data, output.folder)):
        if line:
            print(printable(line), file=sys.stderr)
    set_up_logs(verbose)
    # Here, since it imports TFX: what a person did wrong must be told before those seconds.
    from pipeline.local.execute import execute

    execute(config, ending, output, schema, cache=cache, verbose=verbose)


def _first_line(config: Config, ending: Ending) -> str:
    what = "GENERATED letters, not photos" if ending.generated else "the photos"
    where = printable(shown_place(ending.data))
    return f"Recipe {config.recipe} on {what} in {where}; the first line of progress takes about 15 s."
