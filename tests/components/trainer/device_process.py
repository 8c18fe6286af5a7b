"""A training in a process of its own, since TensorFlow takes its devices and its cluster once: `run_on` starts it.

Run as a program, it reads its task as JSON from the command line.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.project import ROOT

_HERE = Path(__file__).resolve().parent


def start(task: dict[str, Any], log: Path, **environment: str) -> subprocess.Popen:
    """Starts a training; see `main` for the task."""
    path = os.pathsep.join(str(folder) for folder in (ROOT, ROOT / "tests", _HERE))
    variables = {key: value for key, value in os.environ.items() if key != "TF_CONFIG"}
    with log.open("w") as stream:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__)), json.dumps(task)],
            cwd=ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**variables, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        )


def wait_for(processes: list[subprocess.Popen], seconds: float = 240) -> list[int]:
    """Returns the exit statuses, and leaves no process: TensorFlow's workers take SIGTERM for a notice only."""
    try:
        return [process.wait(seconds) for process in processes]
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def cluster(workers: int) -> list[str]:
    """Returns a TF_CONFIG for each worker, on free ports of the loopback interface."""
    sockets = [socket.socket() for _ in range(workers)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return [
        json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}})
        for index in range(workers)
    ]


def main(task: dict[str, Any]) -> None:
    """Trains on noise, and writes the weights.

    Args:
        task: `settings` (changes of `trainings.ONE_CYCLE`), `network` (of `trainings.NETWORK`), `folder` for state and
            logs, `weights` (the file to write), `cpus` (logical devices), `augmented`, and where the process kills
            itself: `kill`, before an epoch's batch, or `kill_at`, where `run` calls a function.
    """
    from console.keras_version import use_keras_3

    use_keras_3()
    import numpy as np
    import tensorflow as tf

    from components.settings import AugmentationSettings
    from components.trainer import run
    from tests.components.trainer.trainings import NETWORK, ONE_CYCLE, KillAt, config_of
    from tests.model_fixtures import random_photos

    devices = [tf.config.LogicalDeviceConfiguration()] * task.get("cpus", 1)
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], devices)
    config = config_of(ONE_CYCLE.model_copy(update=task["settings"]))
    changes: dict[str, Any] = {"model": NETWORK.model_copy(update={"dropout": 0.0, **task.get("network", {})})}
    if not task.get("augmented"):
        changes["augmentation"] = AugmentationSettings()
    if "kill" in task:
        build = run.build_callbacks

        class Suicide(KillAt):
            def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
                if (self._epoch, batch) == self._at:
                    os.kill(os.getpid(), signal.SIGKILL)

        def killing(*arguments: Any) -> Any:
            callbacks, resume = build(*arguments)
            return [*callbacks, Suicide(*task["kill"])], resume

        run.build_callbacks = killing
    if "kill_at" in task:
        setattr(run, task["kill_at"], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    splits = run.Splits(random_photos(task.get("photos", 24), 1), random_photos(13, 2))
    state = Path(task["folder"]) / "state"
    state.mkdir(parents=True, exist_ok=True)
    network = run.train(config.model_copy(update=changes), splits, state, Path(task["folder"]) / "logs")
    np.savez(task["weights"], *network.get_weights())


if __name__ == "__main__":
    from core.errors import UserError

    try:
        main(json.loads(sys.argv[1]))
    except UserError as error:
        sys.exit(f"UserError: {error}")
