"""Keys that somebody writes into a bucket's URI, against the advice, reach no message, no record and no summary."""

import json
from pathlib import Path

import pytest

from components.pusher import serving
from core.buckets import opened, without_query
from core.errors import UserError
from pipeline.outcome.summary import Ending, build_summary
from pipeline.recipes import named

_SECRET = "wJalrXUtnFEMI"
# Amazon's keys have slashes, which nobody encodes; Arrow quotes the URIs that it cannot read.
URIS = [
    f"s3://AKIA:{_SECRET}@bucket/data",
    f"s3://AKIA:{_SECRET}/{_SECRET}@bucket/data",
    f"s3://AKIA:{_SECRET}+{_SECRET} @bucket/data",
    f"s3://AKIA:{_SECRET}@{_SECRET}@bucket/data",
    f"s3://AKIA:{_SECRET}?{_SECRET}@bucket/data",
    f"gs://user:{_SECRET}@bucket/data",
    f"ftp://user:{_SECRET}@host/data",
    f"s3://bucket/data?secret_key={_SECRET}",
    f"s3://AKIA:{_SECRET}@bucket/data?endpoint_override=127.0.0.1:1&scheme=http",
]


@pytest.mark.parametrize("uri", URIS)
def test_shown_uri_has_no_key(uri: str) -> None:
    assert _SECRET not in without_query(uri)
    assert without_query(uri).endswith(("//bucket/data", "//host/data"))


@pytest.mark.parametrize("uri", ["s3://bucket/folder@2/data", "/mnt/photos@home/data", "gs://bucket/data"])
def test_uri_without_a_key_is_shown_as_it_is(uri: str) -> None:
    assert without_query(uri) == uri


# The first would be looked for on the network.
@pytest.mark.parametrize("uri", URIS[1:])
def test_error_has_no_key(uri: str) -> None:
    with pytest.raises(UserError) as told, opened(uri) as (store, path):
        store.get_file_info(path)
    assert _SECRET not in str(told.value)


def test_recorded_version_has_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(serving, "bucket_versions", lambda uri: [3])
    monkeypatch.setattr(serving, "_digest", lambda uri, version: "digest")

    # Nothing is uploaded, and the store not asked, where the latest version is the model.
    uri = f"s3://AKIA:{_SECRET}@bucket/serving?endpoint_override=127.0.0.1:1&scheme=http"
    assert serving.push_to(tmp_path, "digest", uri) == "s3://bucket/serving/3"


def test_environment_is_not_in_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "KAGGLE_KEY", "KFP_TOKEN"):
        monkeypatch.setenv(name, _SECRET)
    assert _SECRET not in json.dumps(build_summary(named("fast"), Ending("/data", False)))
