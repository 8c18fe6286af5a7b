"""The Pusher component: nothing without a blessing; what it did is in its artifact."""

from pathlib import Path

import pytest
from tfx.types import standard_artifacts

from components.baseline import WITHDRAWN_PROPERTY
from components.pusher.component import (
    DESTINATION_PROPERTY,
    PUSHED_PROPERTY,
    VERSION_PROPERTY,
)
from components.pusher.versions import versions
from tests.component_runs import run_pusher
from tests.model_fixtures import artifact


@pytest.fixture
def model(tmp_path: Path) -> standard_artifacts.Model:
    saved = tmp_path / "model" / "Format-Serving"
    saved.mkdir(parents=True)
    (saved / "saved_model.pb").write_text("graph")
    return artifact(standard_artifacts.Model, tmp_path / "model")


def _push(model: standard_artifacts.Model, blessed: bool, folder: Path) -> standard_artifacts.PushedModel:
    blessing = artifact(standard_artifacts.ModelBlessing, folder / "blessing")
    blessing.set_int_custom_property("blessed", int(blessed))
    (folder / "blessing").mkdir(exist_ok=True)
    (folder / "blessing" / ("BLESSED" if blessed else "NOT_BLESSED")).touch()
    return run_pusher(folder, model, blessing)


def test_blessed_model_is_pushed_and_recorded(model: standard_artifacts.Model, tmp_path: Path) -> None:
    pushed = _push(model, True, tmp_path)
    version = tmp_path / "serving" / "1"
    assert (version / "saved_model.pb").read_text() == "graph"
    assert pushed.get_int_custom_property(PUSHED_PROPERTY) == 1
    assert pushed.get_string_custom_property(DESTINATION_PROPERTY) == str(version)
    assert pushed.get_string_custom_property(VERSION_PROPERTY) == "1"


def test_model_without_a_blessing_is_not_pushed(model: standard_artifacts.Model, tmp_path: Path) -> None:
    pushed = _push(model, False, tmp_path)
    assert pushed.get_int_custom_property(PUSHED_PROPERTY) == 0
    assert not pushed.has_custom_property(DESTINATION_PROPERTY)
    assert not (tmp_path / "serving").exists()


def test_model_that_is_there_already_is_recorded_under_its_version(
    model: standard_artifacts.Model, tmp_path: Path
) -> None:
    _push(model, True, tmp_path)
    again = _push(model, True, tmp_path)
    assert again.get_string_custom_property(VERSION_PROPERTY) == "1"
    assert versions(tmp_path / "serving") == [1]


def test_withdrawn_model_is_not_pushed_again(model: standard_artifacts.Model, tmp_path: Path) -> None:
    model.set_int_custom_property(WITHDRAWN_PROPERTY, 1)
    assert _push(model, True, tmp_path).get_int_custom_property(PUSHED_PROPERTY) == 0
    assert not (tmp_path / "serving").exists()
