"""What the tests of the client share."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.pipeline.kubeflow.fake_api_server import FakeApiServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> "Iterator[FakeApiServer]":
    """A Kubeflow Pipelines server on loopback."""
    # Here, since it imports kfp, which few of the tests need.
    from tests.pipeline.kubeflow.fake_api_server import serving

    with serving(monkeypatch) as server:
        yield server


@pytest.fixture
def guarded(server: "FakeApiServer", monkeypatch: pytest.MonkeyPatch) -> "FakeApiServer":
    """The server, where it wants a token, which is in the environment."""
    from tests.pipeline.kubeflow.runner_calls import TOKEN, VARIABLE

    monkeypatch.setenv(VARIABLE, TOKEN)
    server.token = TOKEN
    return server


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small compiled pipeline."""
    from tests.pipeline.kubeflow.runner_calls import write_package_file

    return write_package_file(tmp_path_factory.mktemp("package"))
