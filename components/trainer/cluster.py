"""TF_CONFIG: which processes train together, and which of them this one is."""

import json
import os
from dataclasses import dataclass
from typing import Any

from core.errors import UserError, printable

SETTING = "train.strategy=multi_worker"
_VARIABLE = "TF_CONFIG"
_EXAMPLE = '{"cluster": {"worker": ["HOST:PORT", "HOST:PORT"]}, "task": {"type": "worker", "index": 0}}'
# Only these take part in synchronous training; the first chief, or else the first worker, writes.
_TYPES = ("chief", "worker")


@dataclass(frozen=True)
class Task:
    """One process of a cluster.

    Attributes:
        kind: `chief` or `worker`.
        index: Its place among those of its kind, from 0.
        is_chief: Whether this is the process that writes.
    """

    kind: str
    index: int
    is_chief: bool


def read_task() -> Task:
    """Returns what TF_CONFIG says of this process.

    Its form is TensorFlow's: https://www.tensorflow.org/guide/distributed_training#setting_up_the_tf_config_environment_variable

    Raises:
        UserError: If the variable is missing or anything in it is wrong.
    """
    text = os.environ.get(_VARIABLE, "")
    if not text:
        raise _error("is not set")
    try:
        config = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _error(f"is not JSON: {error}") from None
    if not isinstance(config, dict):
        raise _error("is not a JSON object")
    return _task(config.get("task"), _cluster(config.get("cluster")))


def _cluster(cluster: Any) -> dict[str, list[str]]:
    if not isinstance(cluster, dict) or not cluster:
        raise _error("has no cluster")
    for kind, addresses in cluster.items():
        if kind not in _TYPES:
            raise _error(f"names {printable(kind)} in the cluster; it may have {' and '.join(_TYPES)} only")
        if not isinstance(addresses, list) or not addresses:
            raise _error(f"has no list of addresses for {kind}")
    if len(cluster.get("chief", [])) > 1:
        raise _error("names more than one chief")
    _check_addresses([address for addresses in cluster.values() for address in addresses])
    return cluster


def _check_addresses(addresses: list[Any]) -> None:
    for address in addresses:
        host, _, port = str(address).rpartition(":")
        # Five digits, since Python refuses to read thousands.
        if not (host and port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 2**16):
            raise _error(f"has the address {printable(address)}, which is not HOST:PORT")
        if addresses.count(address) > 1:
            raise _error(f"has the address {printable(address)} twice")


def _task(task: Any, cluster: dict[str, list[str]]) -> Task:
    if not isinstance(task, dict):
        raise _error("has no task: which of the cluster this process is")
    kind, index = task.get("type"), task.get("index")
    if not isinstance(kind, str) or kind not in cluster:
        raise _error(f"has the task type {printable(kind)}, which its cluster does not have")
    count = len(cluster[kind])
    if type(index) is not int or not 0 <= index < count:
        raise _error(f"has the task index {printable(index)}; its cluster has {count} of type {kind}, from 0")
    return Task(kind, index, index == 0 and (kind == "chief" or "chief" not in cluster))


def _error(problem: str) -> UserError:
    return UserError(f"{SETTING}: {_VARIABLE} {problem}; it must look like {_EXAMPLE}")
