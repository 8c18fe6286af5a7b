"""The report of a real run: its numbers, its making anew, and the lists and comparisons of runs."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.inspector.changes import CHANGES
from pipeline.local.inspect import inspect_main
from pipeline.local.output import Output
from pipeline.outcome.record import list_runs, open_store, read_run
from tests.tiny_run import Result, tiny_config

Again = Callable[..., Result]


def text_of(page: Path) -> str:
    """Returns what a page says, without its scripts and marks."""
    html = re.sub(r"<(script|style).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_page_says_what_the_summary_says(first_run: tuple[Path, Result], after_first_run: Again) -> None:
    output = first_run[0]
    summary = after_first_run().summary
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


def test_folder_without_runs_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspect_main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: no run has worked there; give the --output of local_runner.py\n"


def test_photos_as_people_take_them_are_measured_and_shown(
    first_run: tuple[Path, Result], after_first_run: Again
) -> None:
    robustness = after_first_run().summary["robustness"]
    assert robustness.keys() == CHANGES.keys()
    assert min(robustness.values(), key=lambda each: each["accuracy"])["photos"] in (1, 4)
    assert "Photos as people take them" in text_of(Output(first_run[0]).report)


def test_page_that_cannot_be_made_does_not_change_what_the_run_came_to(
    after_first_run: Again, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("report.page.build_page", fail)
    assert after_first_run().status == 0
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
