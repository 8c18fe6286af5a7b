"""A run that is killed while it pushes, while it writes what people read, or while it tidies up after a training."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from components.pusher.versions import versions
from core.files import remove_folder
from pipeline.local.inspect import list_rows
from pipeline.local.output import Output
from tests.end_to_end import kill_points
from tests.end_to_end.forked_run import KILLED, run_forked
from tests.end_to_end.run_outcome import outcome
from tests.end_to_end.serving_watch import ServingWatch
from tests.tiny_run import tiny_flags

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

LEFT = {
    ".lock",
    "artifacts",
    "metadata.sqlite",
    "model_cards",
    "report.html",
    "resume",
    "serving_model",
    "summary.json",
}


@pytest.fixture(scope="module")
def finished(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Output, list[str]]:
    """The output folder of a finished run, and the flags that go on from it."""
    output = Output(tmp_path_factory.mktemp("finished") / "output")
    flags = tiny_flags(tiny_data, output.folder)
    ended = run_forked(flags, output.folder.with_suffix(".log"))
    assert ended.status == 0, ended.printed
    return output, flags


@pytest.mark.parametrize(
    ("kill", "pushed"),
    [
        (partial(kill_points.in_copying, 0), []),
        (partial(kill_points.in_copying, 2), []),
        (partial(kill_points.at_call, "os.fsync"), []),
        (partial(kill_points.at_call, "os.rename", "serving_model/1"), []),
        (partial(kill_points.at_call, "os.rename", "serving_model/1", after=True), [1]),
    ],
    ids=["first-file", "third-file", "copied", "before-rename", "after-rename"],
)
def test_killed_push_shows_no_part_of_a_version_and_the_next_run_pushes_it(
    kill: Callable[[], None], pushed: list[int], finished: tuple[Output, list[str]], tmp_path: Path
) -> None:
    output, flags = finished
    before = outcome(output.folder)
    remove_folder(output.serving / "1")
    with ServingWatch(output.serving) as watch:
        assert run_forked(flags, tmp_path / "log", kill).status == KILLED
        assert versions(output.serving) == pushed
        last = run_forked(flags, tmp_path / "log")
    # A version that is there whole was recorded before it was removed.
    assert (last.status, last.done) == (0, ["Baseline"] if pushed else ["Baseline", "Pusher"]), last.printed
    assert outcome(output.folder) == before
    assert os.listdir(output.serving) == ["1"]
    watch.assert_whole()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("name", ["summary.json", "report.html", "1.md"])
def test_run_killed_while_it_reports_leaves_whole_files_and_the_next_one_reports(
    name: str, after: bool, finished: tuple[Output, list[str]], tmp_path: Path
) -> None:
    output, flags = finished
    before = outcome(output.folder)
    kill = partial(kill_points.at_call, "pathlib.Path.replace", f"/{name}", after=after)
    assert run_forked(flags, tmp_path / "log", kill).status == KILLED
    assert outcome(output.folder) == before
    assert output.report.read_text(encoding="utf-8").rstrip().endswith("</html>")
    last = run_forked(flags, tmp_path / "log")
    assert (last.status, last.done) == (0, ["Baseline"]), last.printed
    assert outcome(output.folder) == before
    assert set(os.listdir(output.folder)) == LEFT
    assert os.listdir(output.model_cards) == ["1.md"]


def test_killed_run_is_listed_as_interrupted(finished: tuple[Output, list[str]], tmp_path: Path) -> None:
    output, flags = finished
    run_forked(flags, tmp_path / "log", partial(kill_points.as_it_begins, "Baseline"))
    assert list_rows(output)[-1][-2] == "interrupted"


def test_run_killed_while_it_removes_a_finished_training_s_state_is_trained_anew(
    tiny_data: Path, undisturbed: Path, tmp_path: Path
) -> None:
    flags = tiny_flags(tiny_data, tmp_path / "output")
    kill = partial(kill_points.in_removing, "resume/training")
    killed = run_forked(flags, tmp_path / "log", kill)
    assert (killed.status, killed.last) == (KILLED, "Trainer"), killed.printed
    last = run_forked(flags, tmp_path / "log")
    assert last.status == 0, last.printed
    assert outcome(tmp_path / "output") == outcome(undisturbed)
    assert not list((tmp_path / "output" / "resume" / "training").iterdir())
