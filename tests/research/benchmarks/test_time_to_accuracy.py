"""Time to accuracy: what is trained in which order, what is compared, and what it says of a wrong command line."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components.settings import DataSettings, ModelSettings, TrainSettings
from core.errors import UserError
from core.features import CSV_FILE_NAME
from pipeline.config import Config
from research.benchmarks import time_to_accuracy
from research.benchmarks.measure import in_fresh_process
from research.benchmarks.time_to_accuracy import compare, epoch_rows, epochs_of, main, measure, timed_training

OURS = epochs_of([0.5, 0.96, 0.97], [10.0, 8.0, 8.0], 28.0)
NOTEBOOK = [epochs_of([0.1, 0.2], [12.0, 10.0], 23.0), epochs_of([0.1, 0.2], [14.0, 10.0], 25.0)]

TINY = Config(
    recipe="tiny",
    data=DataSettings(train_share=1, eval_share=1, test_share=1),
    model=ModelSettings(stem_width=4, stage_widths=(4,)),
    train=TrainSettings(epochs=2, batch_size=16, generated_per_letter=1),
)


def test_all_but_the_epochs_counts_before_the_first() -> None:
    assert OURS["end"].tolist() == [12.0, 20.0, 28.0]


def test_every_epoch_is_told(letters_folder: Path) -> None:
    training = timed_training(TINY, letters_folder)
    assert training["epoch"].tolist() == [1, 2]
    assert training["accuracy"].between(0.0, 1.0).all()
    assert training["end"][0] > training["seconds"][0] > 0.0


def test_mistake_comes_through_from_another_process(tmp_path: Path) -> None:
    # A row without its image is a `BadRecordsError`, which pickle cannot make anew.
    (tmp_path / CSV_FILE_NAME).write_text("letter,label,file,background\nа,1,none.png,0\n", encoding="utf-8")
    (tmp_path / "other.png").touch()
    with pytest.raises(UserError, match="the file does not exist"):
        in_fresh_process(timed_training, TINY, tmp_path)


def test_notebook_is_timed_before_and_after_ours_on_the_same_splits(monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[Config] = []

    def train(_: Any, config: Config, data: Path) -> Any:
        trained.append(config)
        return SimpleNamespace(value=f"training {len(trained)} on {data}")

    monkeypatch.setattr(time_to_accuracy, "in_fresh_process", train)
    config = Config(recipe="default", data=DataSettings(eval_share=20))
    assert measure(config, Path("photos"), 4) == (
        "training 2 on photos",
        ["training 1 on photos", "training 3 on photos"],
    )
    assert [each.recipe for each in trained] == ["notebook", "default", "notebook"]
    assert trained[0].train.epochs == 4
    assert trained[0] == trained[2]
    assert trained[0].data == trained[1].data == config.data


def test_ratio_is_ours_to_the_notebook_s_planned_epochs() -> None:
    first, whole = compare("default", OURS, NOTEBOOK)
    assert whole["seconds"] == 139 * 11.0
    assert (first["seconds"], first["epochs"]) == (20.0, 2)
    assert first["ratio"] == pytest.approx(20.0 / (139 * 11.0))
    assert first["met"] == "yes"


@pytest.mark.parametrize(("seconds", "met"), [(139.0 * 11.0 / 10.0, "yes"), (139.0 * 11.0 / 10.0 + 1.0, "no")])
def test_requirement_is_one_tenth(seconds: float, met: str) -> None:
    first, _ = compare("default", epochs_of([1.0], [seconds], seconds), NOTEBOOK)
    assert first["met"] == met


def test_target_that_was_not_reached_is_said() -> None:
    first, _ = compare("default", epochs_of([0.5, 0.95, 0.9], [10.0, 8.0, 8.0], 28.0), NOTEBOOK)
    assert (first["seconds"], first["epochs"], first["ratio"], first["met"]) == ("not reached", 3, None, "no")
    assert first["best accuracy"] == 0.95


def test_every_epoch_has_a_row() -> None:
    rows = epoch_rows("default", OURS, NOTEBOOK)
    assert len(rows) == 7
    assert rows[3] == {"training": "default", "epoch": 2, "end": 20.0, "seconds": 8.0, "accuracy": 0.96}


def test_plot_shows_every_epoch_and_the_target() -> None:
    pytest.importorskip("matplotlib")
    from research.benchmarks.time_to_accuracy import accuracy_figure

    (axes,) = accuracy_figure("default", OURS, NOTEBOOK).axes
    lines = [line.get_xydata().tolist() for line in axes.get_lines()]
    assert lines[0] == [[12.0, 0.5], [20.0, 0.96], [28.0, 0.97]]
    assert lines[1] == [[13.0, 0.1], [23.0, 0.2]]
    assert {height for _, height in lines[3]} == {0.956}
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "default, whole training",
        "notebook, first 2 epochs",
        "target 95.6 %",
    ]


def test_command_writes_json_and_plot_and_prints_the_table(
    letters_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(time_to_accuracy, "measure", lambda config, data, epochs: (OURS, NOTEBOOK))
    output = tmp_path / "results"
    assert main(["--data", str(letters_folder), "--output", str(output)]) == 0
    assert "Time to 95.6 % of the eval split" in capsys.readouterr().out
    assert len(json.loads((output / "time_to_accuracy.json").read_text())["results"]) == 2 + 7
    assert (output / "time_to_accuracy.svg").read_text().startswith("<?xml")


@pytest.fixture
def plotting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes it look as if matplotlib were installed; nothing is drawn."""
    monkeypatch.setattr(time_to_accuracy, "_check_plotting", lambda: None)


@pytest.mark.usefixtures("plotting")
@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--recipe=none"], "--recipe none: no such recipe"),
        (["--set=train.speed=1"], "--set train.speed: no such field"),
        (["--data=/none"], "/none: no such folder"),
        (["--output=/dev/null/x"], "/dev/null/x: cannot be made"),
        (["--notebook-epochs=0"], "'0' is no whole number from 1"),
    ],
)
def test_mistake_is_one_line_and_status_2(
    flags: list[str],
    message: str,
    letters_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["--data", str(letters_folder), "--output", str(tmp_path), *flags]))
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (2, "")
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_missing_matplotlib_is_told_before_anything_is_trained(
    letters_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["--data", str(letters_folder)]) == 2
    assert capsys.readouterr().err == "matplotlib is not installed; `make setup` installs it\n"
