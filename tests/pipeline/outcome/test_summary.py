"""`summary.json` has every key at every ending, and null for what a run did not come to."""

import json
import sys
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from components.inspector.robustness import Robustness
from core.accuracy import Accuracy
from pipeline.local.progress import ComponentRun
from pipeline.outcome.summary import Ending, build_summary, versions
from pipeline.recipes import named
from report.outcome import Outcome

VERDICT = {"passed": True, "per_split": {"train": 81}, "per_letter": {"а": 3}, "per_background": {"plain": 1}}
TRAIN = {"seconds": 12.0, "epochs": 3, "best_epoch": 2, "parameters": 1000}


# What the Evaluator found, without TFMA.
TEST = SimpleNamespace(
    overall=Accuracy(0.98, 100),
    per_letter={"а": Accuracy(1.0, 3)},
    per_value=lambda column: {column.names[0] if column.names else "anna": Accuracy(0.5, 2)},
    reasons=["missed"],
)


def summary_of(parts: dict[str, object] | None = None, **ending: object) -> dict:
    """The summary of a run that came to some parts of an outcome."""
    outcome = Outcome()
    vars(outcome).update(parts or {})
    made = build_summary(named("default"), Ending("/data", generated=False, outcome=outcome, **ending))
    return json.loads(json.dumps(made))


def test_run_that_came_to_nothing_has_every_key() -> None:
    summary = summary_of(problems=["/data: no such folder"])
    assert {
        "data", "test", "blessed", "reasons", "pushed_model", "recipe", "config_sha256",
        "train", "components", "peak_memory_mib", "versions", "code",
    } <= set(summary)  # fmt: skip
    assert {"per_split", "per_letter", "dropped"} <= set(summary["data"])
    assert (summary["test"], summary["blessed"], summary["pushed_model"], summary["train"]) == (None,) * 4
    assert [summary["data"][key] for key in ("per_split", "per_letter", "per_background", "dropped")] == [None] * 4
    assert summary["reasons"] == ["/data: no such folder"]
    assert (summary["components"], summary["robustness"]) == ({}, {})


def test_full_run_is_told_as_it_was_found() -> None:
    parts = {"verdict": VERDICT, "dropped": 2, "training": TRAIN, "training_logs": "/logs", "test": TEST}
    parts |= {"robustness": [Robustness("in shadow", 9, 0.75, 0.125, 0.0)]}
    parts |= {"blessed": True, "pushed_model": "/out/serving_model/1"}
    summary = summary_of(parts, components={"Trainer": ComponentRun(1.5, cached=True, peak_memory_mib=9e9)})
    assert summary["data"] == {
        "folder": "/data",
        "generated": False,
        "per_split": {"train": 81},
        "per_letter": {"а": 3},
        "per_background": {"plain": 1},
        "per_writer": None,
        "per_source": None,
        "dropped": 2,
    }
    assert summary["test"] == {
        "accuracy": 0.98,
        "photos": 100,
        "interval_95": pytest.approx([0.93, 0.9945], abs=1e-3),
        "per_letter": {"а": 1.0},
        "per_background": {"striped": 0.5},
        "per_writer": {"anna": 0.5},
        "per_source": {"anna": 0.5},
    }
    assert summary["robustness"] == {"in shadow": {"accuracy": 0.75, "sure_and_wrong": 0.125, "photos": 9}}
    assert (summary["train"], summary["training_logs"]) == (TRAIN, "/logs")
    assert summary["components"] == {"Trainer": {"seconds": 1.5, "cached": True, "peak_memory_mib": 9e9}}
    assert summary["peak_memory_mib"] == 9e9
    assert (summary["blessed"], summary["pushed_model"]) == (True, "/out/serving_model/1")


def test_nothing_dropped_is_0_and_not_null() -> None:
    assert summary_of({"dropped": 0})["data"]["dropped"] == 0


@pytest.mark.parametrize("blessed", [None, True, False])
def test_blessing_is_the_evaluators_and_null_when_it_gave_none(blessed: bool | None) -> None:
    assert summary_of({"blessed": blessed})["blessed"] is blessed


def test_problem_of_the_run_comes_before_missed_thresholds_and_takes_no_blessing() -> None:
    summary = summary_of({"test": TEST}, problems=["interrupted by SIGTERM"])
    assert summary["reasons"] == ["interrupted by SIGTERM", "missed"]


def test_code_is_told_as_it_was_when_the_run_began() -> None:
    code = {"git_commit": "1" * 40, "modified": True}
    assert summary_of(code=code)["code"] == code


def test_recipe_and_configuration_are_told() -> None:
    summary, config = summary_of(), named("default")
    assert (summary["recipe"], summary["config_sha256"]) == ("default", config.sha256())
    assert summary["config"] == config.model_dump(mode="json")


def test_versions_are_those_that_are_imported() -> None:
    import pandas
    import PIL

    found = versions()
    assert (found["pandas"], found["pillow"]) == (pandas.__version__, PIL.__version__)
    assert found["python"] == sys.version.split()[0]
    assert {"tfx", "tensorflow", "keras", "apache-beam"} <= set(found)


def test_run_is_named_and_timed() -> None:
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    summary = summary_of(run="2026-01-02T03:04:06", started=started)
    assert (summary["run"], summary["started"]) == ("2026-01-02T03:04:06", "2026-01-02T03:04:05+00:00")
    # Not the time since it started by the calendar's clock, which may be put back.
    assert 0 <= summary["seconds"] < 3600
