"""Versions come and go while others answer."""

import asyncio
import gc
import shutil
import weakref
from pathlib import Path
from typing import Any

import pytest

from components.pusher.versions import add_version
from server.limits import Limits
from server.models import Models
from tests.server.servers import photo

Small = dict[str, Path]


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    return tmp_path / "serving"


def reads(models: Models, number: int | None = None) -> str | None:
    """What a version reads, None where it is not served."""
    version = models.pick(number)
    if version is None:
        return None
    answer = asyncio.run(version.signatures["serving_default"].answer([photo()]))
    return str(answer["letter"][0].decode())


def test_new_version_is_taken_up_and_the_latest_two_are_served(small_models: Small, serving: Path) -> None:
    models = Models(serving, Limits())
    models.look()
    assert (reads(models), models.states) == (None, {})
    for letter in "абв":
        add_version(small_models[letter], serving)
        models.look()
        assert reads(models) == letter
    assert [reads(models, number) for number in (1, 2, 3, 4)] == [None, "б", "в", None]
    assert models.states == {3: "", 2: ""}


def test_removed_version_is_dropped_but_not_under_a_request(small_models: Small, serving: Path) -> None:
    models = Models(serving, Limits())
    for letter in "аб":
        add_version(small_models[letter], serving)
    models.look()
    held = models.pick()
    shutil.rmtree(serving / "2")
    assert reads(models) == "б"
    models.look()
    assert (reads(models), reads(models, 2)) == ("а", None)
    assert held
    answer = asyncio.run(held.signatures["serving_default"].answer([photo()]))
    assert answer["letter"][0].decode() == "б"
    # And then it takes no more memory.
    left = weakref.ref(held)
    del held
    gc.collect()
    assert left() is None


def test_version_that_stays_is_not_loaded_again_and_one_that_changed_is(small_models: Small, serving: Path) -> None:
    models = Models(serving, Limits())
    add_version(small_models["а"], serving)
    models.look()
    first = models.pick()
    models.look()
    assert models.pick() is first
    shutil.rmtree(serving / "1")
    add_version(small_models["в"], serving)
    models.look()
    assert reads(models, 1) == "в"


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_broken_version_is_told_and_the_one_before_goes_on(
    content: bytes, small_models: Small, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_version(small_models["а"], serving)
    (serving / "2").mkdir()
    models = Models(serving, Limits())
    models.look()
    assert models.states == {1: ""}
    (serving / "2" / "saved_model.pb").write_bytes(content)
    models.look()
    assert reads(models) == "а"
    assert "not a model of this project" in models.states[2]
    # It is not tried again at every look.
    monkeypatch.setattr("server.models.load_model", lambda folder: pytest.fail("loaded again"))
    models.look()
    shutil.rmtree(serving / "2")
    models.look()
    assert models.states == {1: ""}


def test_folder_of_one_version_is_served_under_its_number(small_models: Small, serving: Path) -> None:
    for letter in "аб":
        add_version(small_models[letter], serving)
    models = Models(serving / "1", Limits())
    models.look()
    assert (models.states, reads(models)) == ({1: ""}, "а")


def test_metadata_name_what_a_version_takes_and_gives(models: Models) -> None:
    version = models.pick()
    assert version
    described: dict[str, Any] = version.described["serving_default"]
    image = described["inputs"]["image"]
    assert (image["dtype"], image["tensor_shape"]) == ("DT_STRING", {"dim": [{"size": "-1"}]})
    assert set(described["outputs"]) == {"letter", "label", "probability", "probabilities"}
