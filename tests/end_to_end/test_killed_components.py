"""A run that is killed inside each component in turn: the next ones repeat nothing, and end as if nothing had been."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.end_to_end import kill_points
from tests.end_to_end.forked_run import KILLED, Ended, run_forked
from tests.end_to_end.run_outcome import outcome, times_completed
from tests.end_to_end.serving_watch import ServingWatch
from tests.tiny_run import Result, tiny_flags

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

# The Resolver, which looks anew in every run.
NEVER_CACHED = "Baseline"
MOMENTS = (kill_points.as_it_begins, kill_points.half_written, kill_points.once_recorded)


class Interruptions:
    """Runs on one output folder, each of which goes on from the one before."""

    def __init__(self, data: Path, output: Path):
        self.output = output
        self._flags = tiny_flags(data, output)

    def run(self, kill: Callable[[], None] | None = None) -> Ended:
        return run_forked(self._flags, self.output.with_suffix(".log"), kill)


@pytest.fixture
def interruptions(tiny_data: Path, tmp_path: Path) -> Interruptions:
    return Interruptions(tiny_data, tmp_path / "output")


def test_run_killed_in_every_component_in_turn_ends_as_an_undisturbed_one(
    interruptions: Interruptions, undisturbed: Path, first_run: tuple[Path, Result]
) -> None:
    components = list(first_run[1].summary["components"])
    assert len(components) == 14, first_run[1].summary["reasons"]
    with ServingWatch(interruptions.output / "serving_model") as watch:
        for place, component in enumerate(components):
            for moment in MOMENTS:
                killed = interruptions.run(partial(moment, component))
                assert (killed.status, killed.last) == (KILLED, component), f"{component} {moment.__name__}"
                assert killed.answered == [each for each in components[:place] if each != NEVER_CACHED]
        last = interruptions.run()
    assert (last.status, last.done) == (0, [NEVER_CACHED]), last.printed
    assert outcome(interruptions.output) == outcome(undisturbed)
    assert times_completed(interruptions.output) == {**dict.fromkeys(components, 1), NEVER_CACHED: 3 * 3 + 2}
    watch.assert_whole()
    assert set(watch.seen) == {"1"}
