"""What the server's tests share: small models, pushed."""

from pathlib import Path

import pytest

from server.limits import Limits
from server.models import Models
from tests.server.servers import save_model


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """SavedModels that read nothing but а, б or в."""
    folder = tmp_path_factory.mktemp("small")
    return {letter: save_model(folder / name, letter) for letter, name in (("а", "a"), ("б", "b"), ("в", "v"))}


@pytest.fixture(scope="session")
def models(small_models: dict[str, Path]) -> Models:
    """A model that reads а in everything."""
    loaded = Models(small_models["а"], Limits())
    loaded.look()
    return loaded
