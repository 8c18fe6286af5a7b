"""The whole compiled pipeline, every step its real command in a pod of its own, beside the local runner."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.kubeflow.package import Package
from schema.curated import read_labels
from tests.pipeline.kubeflow.fake_launcher import Run, Step
from tests.pipeline.kubeflow.small_package import compiled_small

LABELS = read_labels()

Walk = Callable[..., Run]


@pytest.fixture(scope="module")
def package() -> Package:
    return compiled_small()


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands for the persistent volume."""
    return tmp_path_factory.mktemp("volume")


@pytest.fixture(scope="module")
def walk(package: Package, tiny_data: Path, volume: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    def begin(**parameters: object) -> Run:
        places = {"data": tiny_data, "serving": volume / "serving_model", "training_state": volume / "training"}
        values = {**{name: str(place) for name, place in places.items()}, **parameters}
        work = tmp_path_factory.mktemp("run")
        return Run(package.pipeline, work / "bucket", work / "pods", values)

    return begin


@pytest.fixture(scope="module")
def whole(walk: Walk) -> Run:
    return walk().walk()


def _metadata(step: Step, output: str) -> dict[str, object]:
    metadata: dict[str, object] = step.outputs[output]["metadata"]
    return metadata


@pytest.mark.long
def test_every_step_runs_and_the_model_is_blessed_and_pushed(whole: Run, volume: Path) -> None:
    failed = {name: step.stderr[-2000:] for name, step in whole.steps.items() if step.status}
    assert not failed
    assert set(whole.steps) == set(whole.spec["root"]["dag"]["tasks"])
    assert _metadata(whole.steps["Evaluator"], "blessing")["blessed"] == 1.0
    assert (volume / "serving_model" / "1" / "saved_model.pb").is_file()


@pytest.mark.long
def test_model_answers_as_the_local_runners_does(whole: Run, volume: Path, tiny_data: Path, tmp_path: Path) -> None:
    import tensorflow as tf

    from tests.tiny_run import run_tiny

    assert run_tiny(tiny_data, tmp_path / "output").status == 0
    photos = tf.constant([path.read_bytes() for path in sorted(tiny_data.rglob("*.png"))[:200]])
    answers = [
        tf.saved_model.load(str(folder / "1")).signatures["serving_default"](image=photos)["probabilities"].numpy()
        for folder in (volume / "serving_model", tmp_path / "output" / "serving_model")
    ]
    np.testing.assert_array_equal(*answers)


@pytest.mark.long
def test_kubeflow_is_told_what_its_pages_show(whole: Run) -> None:
    page = whole.folder("RunPage", "page").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    assert "Blessed, and pushed as version 1" in page
    metrics = _metadata(whole.steps["Scores"], "metrics")
    assert {f"accuracy of {letter}" for letter in LABELS} <= set(metrics)
    matrix = json.loads(json.dumps(_metadata(whole.steps["Scores"], "confusion")["confusionMatrix"]))
    assert len(matrix["rows"]) == len(matrix["annotationSpecs"]) == len(LABELS)


@pytest.mark.long
def test_metadata_name_the_store_and_no_pod(whole: Run) -> None:
    told = json.dumps([step.outputs for step in whole.steps.values()], ensure_ascii=False)
    assert str(whole.pods) not in told
    assert (
        _metadata(whole.steps["Evaluator"], "blessing")["current_model"]
        == whole.steps["Trainer"].outputs["model"]["uri"]
    )
    assert len(str(_metadata(whole.steps["LetterExampleGen"], "examples")["input_fingerprint"])) == 64


@pytest.mark.long
def test_next_run_is_compared_with_the_pushed_version_and_fails_at_the_gate_where_it_is_not_blessed(
    whole: Run, walk: Walk, volume: Path
) -> None:
    # No accuracy is above 1, so the second model passes nothing; its other seed makes it another model.
    second = walk(train_seed=2, evaluation_min_accuracy=1.0).walk()
    assert set(second.steps) - second.succeeded == {"BlessingGate"}
    assert "the model was not blessed: accuracy is" in second.steps["BlessingGate"].stderr.splitlines()[-1]
    assert "absent" not in _metadata(second.steps["Baseline"], "model")
    assert [path.name for path in (volume / "serving_model").iterdir()] == ["1"]
    assert "Not blessed" in second.folder("RunPage", "page").read_text(encoding="utf-8")


def test_mistake_in_the_data_ends_the_step_with_one_line(walk: Walk, tmp_path: Path) -> None:
    step = walk(data=str(tmp_path / "none")).run_step("LetterExampleGen")
    assert step.status == 2
    assert step.stderr.splitlines()[-1].startswith(f"LetterExampleGen: {tmp_path / 'none'}")
    assert "Traceback" not in step.stderr


def test_steps_read_what_others_uploaded(walk: Walk, letters_folder: Path, tmp_path: Path) -> None:
    run = walk(data=str(letters_folder))
    # Older launchers put the answer elsewhere.
    newer, run.output_file = run.output_file, str(tmp_path / "kfp_outputs" / "output_metadata.json")
    assert run.run_step("CuratedSchema").status == 0, run.steps["CuratedSchema"].stderr
    assert Path(run.output_file).is_file()
    run.output_file = newer
    for name in ("LetterExampleGen", "DataOverview"):
        assert run.run_step(name).status == 0, run.steps[name].stderr
    assert (run.folder("CuratedSchema", "schema") / "schema.pbtxt").is_file()
    assert list(run.folder("LetterExampleGen", "examples").glob("Split-train/*.gz"))
    assert (run.folder("DataOverview", "overview") / "contact_sheet.png").is_file()
