"""Folders and pushed versions in a bucket, against a real S3 interface on loopback (moto)."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from components.pusher.bucket import bucket_versions, push_to_bucket, version_uri
from components.pusher.serving import fetch_latest_other, push_to
from core.buckets import fetch_folder, opened, without_query
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


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_versions_are_numbered_and_whole(bucket: str, tmp_path: Path) -> None:
    one, two = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2")
    assert bucket_versions(bucket) == {}
    assert push_to_bucket(one, bucket) == bucket.partition("?")[0] + "/1"
    assert push_to(two, bucket).endswith("/2")
    assert bucket_versions(bucket) == {1: "1", 2: "2"}
    fetch_folder(version_uri(bucket, "2"), tmp_path / "fetched")
    assert _files(tmp_path / "fetched") == _files(two)


def test_latest_version_is_not_pushed_twice(bucket: str, tmp_path: Path) -> None:
    model = _model(tmp_path / "model", "1")
    assert push_to_bucket(model, bucket) == push_to_bucket(model, bucket)
    assert bucket_versions(bucket) == {1: "1"}


def test_version_with_zeros_in_its_name_is_one_as_any_other(bucket: str, tmp_path: Path) -> None:
    old, new = _model(tmp_path / "old", "1"), _model(tmp_path / "new", "2")
    with opened(bucket) as (store, path):
        fs.copy_files(str(old), f"{path}/007", fs.LocalFileSystem(), store)
    assert bucket_versions(bucket) == {7: "007"}
    assert push_to_bucket(old, bucket).endswith("/007")
    assert push_to_bucket(new, bucket).endswith("/8")
    assert fetch_latest_other(bucket, new, tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(old)


def test_version_without_its_graph_does_not_count_and_is_replaced(bucket: str, tmp_path: Path) -> None:
    with opened(bucket) as (store, path):
        store.create_dir(f"{path}/1/variables")
        with store.open_output_stream(f"{path}/1/variables/left-over") as stream:
            stream.write(b"of a push that was killed")
    assert bucket_versions(bucket) == {}
    model = _model(tmp_path / "model", "1")
    push_to_bucket(model, bucket)
    fetch_folder(version_uri(bucket, "1"), tmp_path / "fetched")
    assert _files(tmp_path / "fetched") == _files(model)


def test_baseline_is_the_latest_version_other_than_the_model(bucket: str, tmp_path: Path) -> None:
    one, two = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2")
    assert not fetch_latest_other(bucket, one, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    push_to_bucket(one, bucket)
    push_to_bucket(two, bucket)
    assert fetch_latest_other(bucket, two, tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)


def test_folder_that_is_not_there_is_told(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"/serving: no such folder; check the bucket"):
        fetch_folder(bucket, tmp_path / "fetched")
    assert not (tmp_path / "fetched").exists()


def test_store_that_does_not_answer_is_told_in_one_line_without_the_query(tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        fetch_folder("s3://user:hunter2@letters/data?endpoint_override=127.0.0.1:1&scheme=http", tmp_path)
    assert str(told.value).startswith("s3://letters/data: ")
    assert "hunter2" not in str(told.value)
    assert "\n" not in str(told.value)


def test_uri_of_no_store_is_told() -> None:
    with pytest.raises(UserError, match=r"^ftp://x/y: "), opened("ftp://x/y"):
        pass


def test_uri_is_shown_without_keys() -> None:
    assert without_query("s3://key:secret@b/k?access_key=x") == "s3://b/k"


def test_folder_on_a_disk_serves_likewise(tmp_path: Path) -> None:
    one, two, serving = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2"), tmp_path / "serving"
    assert push_to(one, str(serving)) == str(serving / "1")
    assert fetch_latest_other(str(serving), two, tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)
    assert not fetch_latest_other(str(serving), one, tmp_path / "other")


def test_folder_with_zeros_in_its_name_can_be_the_baseline(tmp_path: Path) -> None:
    one, two, serving = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2"), tmp_path / "serving"
    _model(serving / "007", "1")
    assert fetch_latest_other(str(serving), two, tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)


def test_folder_on_a_disk_is_compared_without_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, serving = _model(tmp_path / "one", "1"), tmp_path / "serving"
    push_to(one, str(serving))
    copied: list[Path] = []
    monkeypatch.setattr(shutil, "copytree", lambda source, *_, **__: copied.append(source))
    assert not fetch_latest_other(str(serving), one, tmp_path / "none")
    assert copied == []
    assert fetch_latest_other(str(serving), _model(tmp_path / "two", "2"), tmp_path / "baseline")
    assert copied == [serving / "1"]


def test_folder_without_a_graph_is_no_baseline(tmp_path: Path) -> None:
    one, two, serving = _model(tmp_path / "one", "1"), _model(tmp_path / "two", "2"), tmp_path / "serving"
    push_to(one, str(serving))
    push_to(two, str(serving))
    (serving / "2" / "saved_model.pb").unlink()
    _model(serving / "7", "3")
    (serving / "7" / "saved_model.pb").unlink()
    assert fetch_latest_other(str(serving), _model(tmp_path / "three", "3"), tmp_path / "baseline")
    assert _files(tmp_path / "baseline") == _files(one)
