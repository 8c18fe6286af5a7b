"""Going back to the version before, in a real output folder: the next model is compared with that version's."""

from pathlib import Path

import pytest

from pipeline.local.command_line import local_main
from pipeline.local.output import Output
from pipeline.outcome.record import find_run, open_store, read_run
from tests.tiny_run import run_tiny


@pytest.mark.long
def test_next_model_is_compared_with_the_version_that_was_gone_back_to(tiny_data: Path, tmp_path: Path) -> None:
    output = Output(tmp_path.resolve() / "output")
    runs = [run_tiny(tiny_data, output.folder, f"train.seed={seed}").summary["run"] for seed in (1, 2)]
    assert local_main(["--output", str(output.folder), "--rollback"]) == 0
    third = run_tiny(tiny_data, output.folder, "train.seed=3")
    assert third.status == 0
    assert third.summary["pushed_model"] == str(output.serving / "4")
    store = open_store(output.metadata)
    first, last = (read_run(store, find_run(store, name)) for name in (runs[0], third.summary["run"]))
    assert last.inputs["Evaluator"]["baseline_model"].uri == str(first.uri("Trainer", "model"))
