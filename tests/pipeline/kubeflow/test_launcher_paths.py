"""Between the launcher's URIs and the folders of a pod, both ways."""

import pytest

from core.errors import UserError
from pipeline.kubeflow.launcher_paths import local_path, with_uris


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("gs://b/k/x", "/gcs/b/k/x"),
        ("s3://b/k/x", "/s3/b/k/x"),
        ("minio://mlpipeline/v2/x", "/minio/mlpipeline/v2/x"),
        ("oci://r/i:1", "/oci/r/i:1"),
        ("/already/local", "/already/local"),
    ],
)
def test_store_is_a_folder_of_the_pod(uri: str, path: str) -> None:
    assert local_path({"uri": uri}) == path


def test_path_that_the_launcher_names_itself_wins() -> None:
    assert local_path({"uri": "gs://b/k", "customPath": "/elsewhere"}) == "/elsewhere"


@pytest.mark.parametrize("uri", ["hdfs://n/k", "file:///x", "relative/x", "", "s3://"])
def test_place_that_the_launcher_does_not_bring_is_told(uri: str) -> None:
    with pytest.raises(UserError, match="pipeline-root"):
        local_path({"uri": uri})


URIS = {"/minio/b/model": "minio://b/model", "/minio/b/model_run": "minio://b/model_run"}


def test_paths_become_uris_wherever_they_stand() -> None:
    value = {"uri": "/minio/b/model", "metadata": {"of": ["/minio/b/model/Format-Serving", 3, None]}}
    assert with_uris(value, URIS) == {
        "uri": "minio://b/model",
        "metadata": {"of": ["minio://b/model/Format-Serving", 3, None]},
    }


def test_path_that_begins_like_another_is_not_taken_for_it() -> None:
    assert with_uris("/minio/b/model_run/logs", URIS) == "minio://b/model_run/logs"
    assert with_uris("/minio/b/models", URIS) == "/minio/b/models"


def test_path_within_a_text_is_left_alone() -> None:
    assert with_uris("see /minio/b/model", URIS) == "see /minio/b/model"
