"""What the flags of `kubeflow_runner.py` may hold: resources, volumes, secrets, places, schedules."""

import argparse

import pytest

from core.errors import UserError
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.platform import SecretVariable, Volume, parse_secret, parse_volume, platform_spec
from pipeline.kubeflow.request import cron_fields, run_values
from pipeline.kubeflow.resources import DEFAULT, Resources, resources_of


def test_resources_are_the_defaults_but_where_a_flag_says_otherwise() -> None:
    found = resources_of(["Trainer", "Pusher"], ["Trainer=8"], ["Trainer=16Gi", "Pusher=500Mi"])
    assert found["Trainer"] == Resources(8.0, 16 * 2**30 / 1e9)
    assert found["Pusher"] == Resources(DEFAULT.cpu, pytest.approx(0.524288))


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
    assert parse_volume("letters:/mnt/letters/") == Volume("letters", "/mnt/letters")


@pytest.mark.parametrize(
    "text", ["letters", "letters:", "letters:mnt", "letters:/", ":/mnt", "Letters:/mnt", "a b:/mnt"]
)
def test_wrong_volume_is_told(text: str) -> None:
    with pytest.raises(UserError, match="NAME:PATH"):
        parse_volume(text)


def test_secret_is_named_and_never_shown() -> None:
    assert parse_secret("minio:accesskey=AWS_ACCESS_KEY_ID") == SecretVariable(
        "minio", "accesskey", "AWS_ACCESS_KEY_ID"
    )
    with pytest.raises(UserError) as told:
        parse_secret("hunter2")
    assert "hunter2" not in str(told.value)


def test_platform_document_has_every_executor_or_is_none() -> None:
    assert platform_spec(["exec-a"], [], []) is None
    spec = platform_spec(["exec-b", "exec-a"], [Volume("letters", "/mnt")], [SecretVariable("s", "key", "KEY")])
    assert spec is not None
    executors = spec["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    assert list(executors) == ["exec-a", "exec-b"]
    assert executors["exec-a"] == {
        "pvcMount": [{"constant": "letters", "mountPath": "/mnt"}],
        "secretAsEnv": [{"secretName": "s", "keyToEnv": [{"secretKey": "key", "envVar": "KEY"}]}],
    }


@pytest.mark.parametrize(
    ("text", "fields"), [("0 3 * * *", "0 0 3 * * *"), ("30 0 3 * * MON-FRI", "30 0 3 * * MON-FRI")]
)
def test_schedule_gets_kubeflows_seconds(text: str, fields: str) -> None:
    assert cron_fields(text) == fields


@pytest.mark.parametrize("text", ["", "daily", "* * *", "0 3 * * * * *", "0 3 * * é"])
def test_wrong_schedule_is_told(text: str) -> None:
    with pytest.raises(UserError, match="five fields"):
        cron_fields(text)


def _values(*params: str, data: str | None = None) -> dict[str, object]:
    parameters = {"data": {"parameterType": "STRING"}, "train_epochs": {"parameterType": "NUMBER_INTEGER"}}
    package = Package({"root": {"inputDefinitions": {"parameters": parameters}}}, None)
    flags = argparse.Namespace(data=data, serving=None, training_state=None, param=params)
    return run_values(package, flags)


def test_values_of_a_run_have_the_types_that_the_pipeline_declares() -> None:
    assert _values("train_epochs=7", data="s3://b/a=b") == {"data": "s3://b/a=b", "train_epochs": 7}


def test_keys_in_a_uri_are_refused_and_not_shown() -> None:
    with pytest.raises(UserError, match="use --secret") as told:
        _values(data="s3://AKIA:hunter2@letters/data")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ("epochs=7", "the names are data, train_epochs"),
        ("train_epochs", "NAME=VALUE"),
        ("train_epochs=7.5", "whole number"),
    ],
)
def test_wrong_value_of_a_run_is_told(param: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        _values(param)
