"""What several workers owe each other: one writes, all agree, and a lost one is told of."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tensorflow as tf

from components.settings import StrategyName
from components.trainer.cluster import SETTING, read_task
from core.errors import UserError


def is_chief(name: StrategyName) -> bool:
    """Returns whether this process is the one whose files count."""
    return name != "multi_worker" or read_task().is_chief


@contextmanager
def own_folders(name: StrategyName, state: Path, log_folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yields where this process keeps its state and its logs: the given folders for the chief.

    Other workers get folders that are removed afterwards, with a copy of the chief's state to resume from. They must
    take part in all that the chief does: much of it talks to all workers.
    """
    if is_chief(name):
        yield state, log_folder
        return
    with tempfile.TemporaryDirectory(prefix="worker-") as folder:
        copy = Path(folder) / "state"
        shutil.copytree(state, copy) if state.exists() else copy.mkdir()
        yield copy, Path(folder) / "logs"


def check_agreement(strategy: tf.distribute.Strategy, what: str, value: str) -> None:
    """Checks that all workers have the same value; none goes on before all have come here.

    Args:
        strategy: What trains.
        what: What differs, and what to do, should it differ.
        value: This worker's.

    Raises:
        UserError: On every worker, if any differs.
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return
    number = int.from_bytes(hashlib.sha256(value.encode()).digest()[:4], "big") >> 1
    found = strategy.run(lambda: tf.distribute.get_replica_context().all_gather(tf.constant([number]), axis=0))
    if len(set(strategy.experimental_local_results(found)[0].numpy().tolist())) > 1:
        raise UserError(f"{SETTING}: the workers differ in {what}")


@contextmanager
def lost_workers_told() -> Iterator[None]:
    """Turns TensorFlow's errors about a worker that is gone into one line."""
    try:
        yield
    except (tf.errors.UnavailableError, tf.errors.AbortedError):
        raise UserError(
            f"{SETTING}: another worker is gone; start all of them again: training goes on from its last epoch"
        ) from None
