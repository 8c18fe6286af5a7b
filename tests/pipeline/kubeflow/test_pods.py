"""What a pod may be given: resources, volumes, secrets."""

import pytest

from core.errors import UserError
from pipeline.kubeflow.pods import Pods, parse_secret, parse_volume, platform_spec, resources_of


def test_resources_are_the_defaults_but_where_a_flag_says_otherwise() -> None:
    found = resources_of(["Trainer", "Pusher"], ["Trainer=8"], ["Trainer=16Gi", "Pusher=500Mi"])
    assert found["Trainer"] == {"cpuLimit": 8.0, "memoryLimit": 16 * 2**30 / 1e9}
    assert found["Pusher"] == {"cpuLimit": 1.0, "memoryLimit": pytest.approx(0.524288)}


@pytest.mark.parametrize(
    ("cpu", "memory", "message"),
    [
        (["Trainer"], [], "--cpu Trainer: write it as COMPONENT=VALUE"),
        (["Teacher=1"], [], "no such component; there are Trainer"),
        (["Trainer=0"], [], "a number above 0"),
        (["Trainer=four"], [], "a number above 0"),
        ([], ["Trainer=8"], "a size with its unit"),
        ([], ["Trainer=0G"], "a size with its unit"),
    ],
)
def test_wrong_resources_are_told(cpu: list[str], memory: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        resources_of(["Trainer"], cpu, memory)


def test_volume_is_a_claim_and_an_absolute_path() -> None:
    assert parse_volume("letters:/mnt/letters/") == {"constant": "letters", "mountPath": "/mnt/letters"}


@pytest.mark.parametrize(
    "text", ["letters", "letters:", "letters:mnt", "letters:/", ":/mnt", "Letters:/mnt", "a b:/mnt"]
)
def test_wrong_volume_is_told(text: str) -> None:
    with pytest.raises(UserError, match="NAME:PATH"):
        parse_volume(text)


def test_secret_is_named_and_never_shown() -> None:
    assert parse_secret("minio:accesskey=AWS_ACCESS_KEY_ID") == {
        "secretName": "minio",
        "keyToEnv": [{"secretKey": "accesskey", "envVar": "AWS_ACCESS_KEY_ID"}],
    }
    with pytest.raises(UserError) as told:
        parse_secret("hunter2")
    assert "hunter2" not in str(told.value)


def test_platform_document_has_every_executor_or_is_none() -> None:
    assert platform_spec(["exec-a"], Pods("letters:1")) is None
    pods = Pods("letters:1", [parse_volume("letters:/mnt")], [parse_secret("s:key=KEY")])
    spec = platform_spec(["exec-b", "exec-a"], pods)
    assert spec is not None
    executors = spec["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert list(executors) == ["exec-a", "exec-b"]
    assert executors["exec-a"] == {
        "pvcMount": [{"constant": "letters", "mountPath": "/mnt"}],
        "secretAsEnv": [{"secretName": "s", "keyToEnv": [{"secretKey": "key", "envVar": "KEY"}]}],
    }
