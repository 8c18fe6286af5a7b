"""Pushed versions in a folder, and in a bucket: against a real S3 interface on loopback (moto)."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from components.pusher.serving import bucket_versions, fetch_latest_other, push_to, version_uri
from components.pusher.versions import model_digest
from core.buckets import fetch_folder, opened
from core.errors import UserError


@pytest.fixture(scope="module")
def query() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"endpoint_override={host}:{port}&scheme=http"
    server.stop()


@pytest.fixture
def bucket(query: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a folder in a bucket of the test's own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    name = request.node.name.replace("_", "-")[:60].strip("-")
    store, _ = fs.FileSystem.from_uri(f"s3://{name}?{query}&allow_bucket_creation=true")
    store.create_dir(name)
    return f"s3://{name}/serving?{query}"


def _model(folder: Path, content: str) -> Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text(f"graph {content}")
    (folder / "variables" / "variables.data-00000-of-00001").write_text(f"weights {content}")
    return folder


def _push(model: Path, serving: str) -> str:
    return push_to(model, model_digest(model), serving)


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_versions_are_numbered_and_whole(bucket: str, tmp_path: Path) -> None:
    one, two = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2")
    assert bucket_versions(bucket) == []
    assert _push(one, bucket) == bucket.partition("?")[0] + "/1"
    assert _push(two, bucket).endswith("/2")
    assert bucket_versions(bucket) == [1, 2]
    fetch_folder(version_uri(bucket, 2), tmp_path / "fetched")
    assert _files(tmp_path / "fetched") == _files(two)


def test_latest_version_is_not_pushed_twice(bucket: str, tmp_path: Path) -> None:
    model = _model(tmp_path / "model", "1")
    assert _push(model, bucket) == _push(model, bucket)
    assert bucket_versions(bucket) == [1]


def test_version_without_its_graph_does_not_count_and_is_replaced(bucket: str, tmp_path: Path) -> None:
    with opened(bucket) as (store, path):
        store.create_dir(f"{path}/1/variables")
        with store.open_output_stream(f"{path}/1/variables/left-over") as stream:
            stream.write(b"of a push that was killed")
    assert bucket_versions(bucket) == []
    model = _model(tmp_path / "model", "1")
    _push(model, bucket)
    fetch_folder(version_uri(bucket, 1), tmp_path / "fetched")
    assert _files(tmp_path / "fetched") == _files(model)


def test_baseline_is_the_latest_version_other_than_the_model(bucket: str, tmp_path: Path) -> None:
    one, two = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2")
    assert not fetch_latest_other(bucket, one, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    _push(one, bucket)
    _push(two, bucket)
    assert fetch_latest_other(bucket, two, tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)


def test_folder_that_is_not_there_is_told(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"/serving: no such folder; check the bucket"):
        fetch_folder(bucket, tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()


def test_folder_on_a_disk_serves_likewise(tmp_path: Path) -> None:
    one, two, serving = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2"), tmp_path / "serving"
    assert _push(one, str(serving)) == str(serving / "1")
    assert fetch_latest_other(str(serving), two, tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)
    assert not fetch_latest_other(str(serving), one, tmp_path / "other")


def test_folder_on_a_disk_is_compared_without_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, serving = _model(tmp_path / "one", "1"), tmp_path / "serving"
    _push(one, str(serving))
    copied: list[Path] = []
    monkeypatch.setattr(shutil, "copytree", lambda source, *_, **__: copied.append(source))
    assert not fetch_latest_other(str(serving), one, tmp_path / "none")
    assert copied == []
    assert fetch_latest_other(str(serving), _model(tmp_path / "two", "2"), tmp_path / "baseline")
    assert copied == [serving / "1"]


def test_folder_without_a_graph_is_no_baseline(tmp_path: Path) -> None:
    one, two, serving = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2"), tmp_path / "serving"
    _push(one, str(serving))
    _push(two, str(serving))
    (serving / "2" / "saved_model.pb").unlink()
    _model(serving / "7", "3")
    (serving / "7" / "saved_model.pb").unlink()
    assert fetch_latest_other(str(serving), _model(tmp_path / "three", "3"), tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)
