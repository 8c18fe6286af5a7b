"""Beam's options, as Beam itself reads them; importing this module imports Beam."""

import io
from collections.abc import Sequence
from contextlib import redirect_stderr

from apache_beam.options.pipeline_options import PipelineOptions

from core.errors import UserError


def read_options(words: Sequence[str], *, names_known: bool) -> PipelineOptions:
    """Returns the options that words stand for.

    Args:
        words: `--name=value` or `--name` each.
        names_known: Whether this Beam knows all names; an engine may have some that only its job server knows.

    Raises:
        UserError: If a value is wrong, or a name where all are known.
    """
    options, said = PipelineOptions(list(words)), io.StringIO()
    try:
        with redirect_stderr(said):
            # Beam looks at a value when it is first asked for, and then ends the process with a page of usage.
            known = options.get_all_options()
            given = options.get_all_options(retain_unknown_options=True)
    except SystemExit:
        raise UserError(f"Beam: {said.getvalue().strip().partition('error: ')[2]}") from None
    if names_known and (unknown := sorted(given.keys() - known.keys())):
        raise UserError(f"Beam: no option is called {', '.join(unknown)}")
    # Beam takes it, and fails at the first job.
    if known["direct_num_workers"] < 0:
        raise UserError("Beam: direct_num_workers: 0 for all cores, or how many")
    return options
