"""The report of a real run: its numbers, its making anew, and the lists and comparisons of runs."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from components.inspector.changes import CHANGES
from core.features import IMAGE_FOLDER
from pipeline.local.inspect import inspect_main
from pipeline.local.output import Output
from pipeline.outcome.record import list_runs, open_store, read_run
from tests.end_to_end.test_refusals import remove_rows
from tests.tiny_run import PER_LETTER, Result, run_tiny, tiny_config


def text_of(page: Path) -> str:
    """Returns what a page says, without its scripts and marks."""
    html = re.sub(r"<(script|style).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_page_says_what_the_summary_says(first_run: tuple[Path, Result], tiny_data: Path) -> None:
    output = first_run[0]
    summary = run_tiny(tiny_data, output).summary
    page = text_of(Output(output).report)
    test = summary["test"]
    low, high = test["interval_95"]
    assert f"{test['accuracy']:.2%} ({low:.2%} to {high:.2%}) of {test['photos']}" in page
    for letter, accuracy in test["per_letter"].items():
        assert f" {letter} {accuracy:.1%} " in page
    for paper, accuracy in test["per_background"].items():
        assert f" {paper} {accuracy:.1%} " in page
    assert summary["pushed_model"] in page
    assert summary["config_sha256"][:12] in page
    assert f"{round(test['photos'] * (1 - test['accuracy']))} of {test['photos']} test photos were misread" in page


def test_pushed_version_has_a_card(first_run: tuple[Path, Result]) -> None:
    card = (Output(first_run[0]).model_cards / "1.md").read_text(encoding="utf-8")
    assert f"| accuracy | {first_run[1].summary['test']['accuracy']:.2%} (" in card


@pytest.fixture(scope="module")
def dropping_run(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Output, Result]:
    """The output of one run that dropped a photo, and what it came to."""
    folder = tmp_path_factory.mktemp("dropping")
    data = Path(shutil.copytree(tiny_data, folder / "data"))
    (data / IMAGE_FOLDER / "02_01.png").write_bytes(b"no image")
    return Output(folder / "output"), run_tiny(data, folder / "output", "data.on_bad_record=skip")


def test_dropped_photo_is_counted(dropping_run: tuple[Output, Result]) -> None:
    output, result = dropping_run
    assert result.status == 0
    assert result.summary["data"]["dropped"] == 1
    assert result.summary["data"]["per_letter"]["б"] == PER_LETTER - 1
    assert output.bad_records.exists()


def test_page_is_made_anew_from_the_record_and_the_artifacts(
    dropping_run: tuple[Output, Result], capsys: pytest.CaptureFixture[str]
) -> None:
    output = dropping_run[0]
    page = output.report.read_bytes()
    output.report.unlink()
    output.summary.unlink()
    assert inspect_main([str(output.folder)]) == 0
    assert output.report.read_bytes() == page
    assert inspect_main([str(output.folder), "--run", "1"]) == 0
    assert (output.folder / "report-1.html").read_bytes() == page
    capsys.readouterr()
    assert inspect_main([str(output.folder), "--list"]) == 0
    assert "sample" in capsys.readouterr().out
    assert inspect_main([str(output.folder), "--compare", "1", "1"]) == 0
    assert "McNemar's exact test: p = 1" in capsys.readouterr().out
    assert inspect_main([str(output.folder), "--run", "2"]) == 2
    assert capsys.readouterr().err == "run 2: there are runs 1 to 1; see --list\n"


def test_folder_without_runs_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspect_main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: no run has worked there; give the --output of local_runner.py\n"


def test_run_that_the_gate_stopped_has_a_page_about_its_data(data_copy: Path, tmp_path: Path) -> None:
    remove_rows(data_copy, "щ")
    run_tiny(data_copy, tmp_path / "output")
    page = text_of(tmp_path / "output" / "report.html")
    assert "Stopped by the data check: nothing was trained" in page
    assert "split train has no photo of щ; add photos of them" in page
    assert "Every letter on every paper" in page
    assert "The run did not come to the evaluation." in page


def test_run_with_a_broken_photo_has_a_page_that_names_it(data_copy: Path, tmp_path: Path) -> None:
    broken = data_copy / IMAGE_FOLDER / "02_01.png"
    broken.write_bytes(broken.read_bytes()[:100])
    run_tiny(data_copy, tmp_path / "output")
    page = text_of(tmp_path / "output" / "report.html")
    assert "The run did not come to its end" in page
    assert " 02_01.png the image is broken" in page


def test_refused_model_has_a_page_and_no_card(first_run: tuple[Path, Result], tiny_data: Path) -> None:
    cards = set(Output(first_run[0]).model_cards.iterdir())
    run_tiny(tiny_data, first_run[0], "evaluation.min_letter_accuracy=1")
    page = text_of(Output(first_run[0]).report)
    assert "Not blessed: nothing was pushed" in page
    assert "letter(s) is below 1" in page
    assert set(Output(first_run[0]).model_cards.iterdir()) == cards


def test_photos_as_people_take_them_are_measured_shown_and_judged(
    first_run: tuple[Path, Result], tiny_data: Path
) -> None:
    refused = run_tiny(tiny_data, first_run[0], "evaluation.robustness_photos=4", "evaluation.min_changed_accuracy=1")
    assert refused.status == 3
    assert {"Inspector", "Evaluator", "Pusher"} <= refused.ran
    assert "Trainer" not in refused.ran
    assert refused.summary["robustness"].keys() == CHANGES.keys()
    worst = min(refused.summary["robustness"].values(), key=lambda each: each["accuracy"])
    assert worst["photos"] in (1, 4)
    assert refused.summary["reasons"][0].startswith("accuracy of 1 change(s) is below 1: ")
    page = text_of(Output(first_run[0]).report)
    assert "Photos as people take them" in page
    assert "accuracy under the worst change: " in page


def test_page_that_cannot_be_made_does_not_change_what_the_run_came_to(
    first_run: tuple[Path, Result],
    tiny_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("report.page.build_page", fail)
    assert run_tiny(tiny_data, first_run[0]).status == 0
    assert "The report could not be made: OSError: disk full" in capsys.readouterr().err


def test_components_make_the_same_page_from_the_artifacts_alone(
    first_run: tuple[Path, Result], tiny_data: Path, tmp_path: Path
) -> None:
    from pipeline.kubeflow.pages import Page

    output = Output(first_run[0])
    store = open_store(output.metadata)
    outputs = read_run(store, list_runs(store)[0]).outputs
    artifacts = {key: each for component in outputs.values() for key, each in component.items()}
    # SchemaGen gives one too.
    artifacts |= outputs["CuratedSchema"]
    spec, executor = Page.SPEC_CLASS, Page.EXECUTOR_SPEC.executor_class
    seen = {key for key, parameter in spec.INPUTS.items() if not parameter.optional}
    for name, keys in (("DataPage", seen), ("RunPage", spec.INPUTS)):
        inputs = {key: [_wrapped(spec.INPUTS[key].type, artifacts[key])] for key in keys}
        page = spec.OUTPUTS["page"].type()
        page.uri = str(tmp_path / name)
        parameters = {"config": tiny_config().model_dump_json(), "data": str(tiny_data)}
        executor(executor.Context()).Do(inputs, {"page": [page]}, parameters)
    data, run = (text_of(tmp_path / name) for name in ("DataPage", "RunPage"))
    assert "The data check found nothing wrong." in data
    assert "The run did not come to the evaluation." in data
    assert "Blessed, and pushed as version 1" in run
    assert f"{first_run[1].summary['test']['accuracy']:.2%}" in run


def _wrapped(kind: type, proto: Any) -> Any:
    """Returns MLMD's record of an artifact as the artifact that TFX hands to a component."""
    made = kind()
    made.mlmd_artifact.CopyFrom(proto)
    return made
