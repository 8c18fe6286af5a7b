"""TF_CONFIG: what is missing or wrong is told in one line before training starts."""

import json
from pathlib import Path
from typing import Any

import pytest

from components.trainer.cluster import Task, read_task
from components.trainer.workers import is_chief
from core.errors import UserError
from tests.components.trainer.trainings import ONE_CYCLE, Train

TWO = {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]}
FIRST = {"type": "worker", "index": 0}


def _config(cluster: Any = TWO, task: Any = FIRST) -> str:
    return json.dumps({"cluster": cluster, "task": task})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not set"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "has no cluster"),
        (_config(cluster={}), "has no cluster"),
        (_config(cluster={"ps": ["a:1"]}), "names ps in the cluster; it may have chief and worker only"),
        (_config(cluster={"worker": "a:1"}), "has no list of addresses for worker"),
        (_config(cluster={"worker": []}), "has no list of addresses for worker"),
        (_config(cluster={"chief": ["a:1", "b:1"]}), "names more than one chief"),
        (_config(cluster={"worker": ["a"]}), "has the address a, which is not HOST:PORT"),
        (_config(cluster={"worker": ["a:0"]}), "has the address a:0, which is not HOST:PORT"),
        (_config(cluster={"worker": ["a:99999"]}), "has the address a:99999, which is not HOST:PORT"),
        (_config(cluster={"worker": ["a:" + "1" * 5000]}), "which is not HOST:PORT"),
        (_config(cluster={"worker": ["a:1\n"]}), r"has the address a:1\\n, which is not HOST:PORT"),
        (_config(cluster={"worker": [7]}), "has the address 7, which is not HOST:PORT"),
        (_config(cluster={"chief": ["a:1"], "worker": ["a:1"]}), "has the address a:1 twice"),
        (_config(task=None), "has no task"),
        (_config(task={"type": "chief", "index": 0}), "has the task type chief, which its cluster does not have"),
        (_config(task={"type": ["worker"], "index": 0}), "has the task type"),
        (
            _config(task={"type": "worker", "index": 2}),
            "has the task index 2; its cluster has 2 of type worker",
        ),
        (_config(task={"type": "worker", "index": -1}), "has the task index -1"),
        (_config(task={"type": "worker", "index": "0"}), "has the task index 0"),
        (_config(task={"type": "worker", "index": True}), "has the task index True"),
        (_config(task={"type": "worker"}), "has the task index None"),
    ],
)
def test_wrong_config_is_told_in_one_line_that_shows_a_right_one(
    text: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match=problem) as raised:
        read_task()
    message = str(raised.value)
    assert message.startswith("train.strategy=multi_worker: TF_CONFIG ")
    assert "it must look like {" in message
    assert "\n" not in message


def test_config_shown_in_the_message_is_a_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(UserError) as raised:
        read_task()
    shown = str(raised.value).partition("it must look like ")[2]
    monkeypatch.setenv("TF_CONFIG", shown.replace("HOST", "a", 1).replace("HOST", "b").replace("PORT", "1"))
    assert read_task() == Task("worker", 0, True)


@pytest.mark.parametrize(
    ("cluster", "kind", "index", "chief"),
    [
        (TWO, "worker", 0, True),
        (TWO, "worker", 1, False),
        ({"chief": ["[::1]:1"], **TWO}, "chief", 0, True),
        ({"chief": ["c:1"], **TWO}, "worker", 0, False),
    ],
)
def test_first_chief_or_else_first_worker_writes(
    cluster: Any, kind: str, index: int, chief: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", _config(cluster, {"type": kind, "index": index}))
    assert read_task() == Task(kind, index, chief)
    assert is_chief("multi_worker") is chief
    assert is_chief("mirrored") and is_chief("none")


def test_training_without_config_stops_before_it_writes_anything(
    train_tiny: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(UserError, match="TF_CONFIG is not set"):
        train_tiny(ONE_CYCLE.model_copy(update={"strategy": "multi_worker"}), tmp_path / "state")
    assert list((tmp_path / "state").iterdir()) == []


def test_process_that_used_tensorflow_is_told_that_it_can_join_no_cluster(
    train_tiny: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    tf.constant(1.0)
    monkeypatch.setenv("TF_CONFIG", _config({"worker": ["127.0.0.1:1", "127.0.0.1:2"]}))
    with pytest.raises(UserError, match=r"used TensorFlow before its training.* see docs/distributed_training\.md"):
        train_tiny(ONE_CYCLE.model_copy(update={"strategy": "multi_worker"}), tmp_path / "state")
    assert list((tmp_path / "state").iterdir()) == []
