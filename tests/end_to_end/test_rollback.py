"""Going back to the version before, in a real output folder: what is compared, pushed and served after it."""

from pathlib import Path

import pytest

from components.pusher.versions import model_digest, versions
from pipeline.local.command_line import local_main
from pipeline.local.output import Output
from pipeline.outcome.record import find_run, open_store, read_run
from tests.tiny_run import Result, run_tiny


@pytest.mark.long
def test_model_that_was_gone_back_from_is_not_pushed_again_and_the_next_one_is_compared_with_the_one_before(
    tiny_data: Path, tmp_path: Path
) -> None:
    output = Output(tmp_path.resolve() / "output")
    runs = [_run(tiny_data, output, seed) for seed in (1, 2)]
    assert local_main(["--output", str(output.folder), "--rollback"]) == 0

    again = _run(tiny_data, output, 2)
    assert (again.status, again.summary["blessed"], again.summary["pushed_model"]) == (3, False, None)
    assert again.summary["reasons"] == ["the model was withdrawn by --rollback; train another one"]
    assert versions(output.serving) == [1, 2, 3]

    third = _run(tiny_data, output, 3)
    assert (third.status, third.summary["pushed_model"]) == (0, str(output.serving / "4"))
    store = open_store(output.metadata)
    first, last = (read_run(store, find_run(store, run.summary["run"])) for run in (runs[0], third))
    assert last.inputs["Evaluator"]["baseline_model"].uri == first.outputs["Trainer"]["model"].uri


@pytest.mark.long
def test_model_that_is_asked_for_again_after_another_one_is_the_latest_version_again(
    tiny_data: Path, tmp_path: Path
) -> None:
    output = Output(tmp_path.resolve() / "output")
    pushed = [_run(tiny_data, output, seed).summary["pushed_model"] for seed in (1, 2, 1, 2)]
    assert [Path(version).name for version in pushed] == ["1", "2", "3", "4"]
    assert model_digest(Path(pushed[2])) == model_digest(Path(pushed[0]))
    unchanged = _run(tiny_data, output, 2)
    assert (unchanged.ran, unchanged.summary["pushed_model"]) == ({"Baseline"}, pushed[3])


def _run(data: Path, output: Output, seed: int) -> Result:
    return run_tiny(data, output.folder, f"train.seed={seed}")
