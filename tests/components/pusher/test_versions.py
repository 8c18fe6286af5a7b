"""The serving folder: numbered versions, each whole or absent, none pushed twice or overwritten."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from components.pusher import versions as module
from components.pusher.versions import add_version, is_version, model_digest, next_number, version_before, versions


def _model(folder: Path, content: str = "one") -> Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text(f"graph {content}")
    (folder / "variables" / "variables.data").write_text(f"weights {content}")
    return folder


def _push(model: Path, serving: Path) -> Path:
    return module.push(model, model_digest(model), serving)


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    return tmp_path / "serving"


def test_first_push_makes_version_one_with_the_whole_model(tmp_path: Path, serving: Path) -> None:
    model = _model(tmp_path / "model")
    assert _push(model, serving) == serving / "1"
    assert model_digest(serving / "1") == model_digest(model)
    # A server is often another user.
    assert (serving / "1").stat().st_mode & 0o777 == 0o755
    assert [path.name for path in serving.iterdir()] == ["1"]


def test_other_models_get_rising_numbers(tmp_path: Path, serving: Path) -> None:
    pushed = [_push(_model(tmp_path / name, name), serving).name for name in ("a", "b", "c")]
    assert pushed == ["1", "2", "3"]
    assert versions(serving) == [1, 2, 3]


def test_model_that_is_the_latest_is_not_pushed_twice(tmp_path: Path, serving: Path) -> None:
    model = _model(tmp_path / "model")
    assert _push(model, serving) == _push(model, serving) == serving / "1"
    assert versions(serving) == [1]


def test_model_of_an_earlier_version_is_pushed_again_since_servers_take_the_latest(
    tmp_path: Path, serving: Path
) -> None:
    one, two = _model(tmp_path / "one", "one"), _model(tmp_path / "two", "two")
    assert [_push(model, serving).name for model in (one, two, one)] == ["1", "2", "3"]
    assert model_digest(serving / "3") == model_digest(one)


@pytest.mark.parametrize("deleted", ["1", "2"])
def test_deleted_version_is_put_back_under_the_next_number(deleted: str, tmp_path: Path, serving: Path) -> None:
    models = {name: _model(tmp_path / name, name) for name in ("1", "2")}
    for model in models.values():
        _push(model, serving)
    shutil.rmtree(serving / deleted)
    back = _push(models[deleted], serving)
    assert back.name == {"1": "3", "2": "2"}[deleted]
    assert model_digest(back) == model_digest(models[deleted])


def test_damaged_version_is_not_taken_for_the_model(tmp_path: Path, serving: Path) -> None:
    model = _model(tmp_path / "model")
    (_push(model, serving) / "variables" / "variables.data").write_text("cut")
    assert _push(model, serving) == serving / "2"


@pytest.mark.parametrize("step", ["copytree", "fsync", "rename"])
def test_interrupted_push_leaves_nothing_and_the_next_one_tidies_up_after_a_killed_one(
    step: str, tmp_path: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _model(tmp_path / "model")

    def copy_half_and_die(source: Path, target: Path, **options: Any) -> None:
        shutil.copy(source / "saved_model.pb", target)
        raise KeyboardInterrupt

    def die(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if step == "copytree":
            patch.setattr(module.shutil, "copytree", copy_half_and_die)
        else:
            patch.setattr(module.os, step, die)
        with pytest.raises(KeyboardInterrupt):
            _push(model, serving)
    assert list(serving.iterdir()) == []
    # What a push leaves that nothing was told of.
    _model(serving / ".1.partial-0")
    assert versions(serving) == []
    assert _push(model, serving) == serving / "1"
    assert [path.name for path in serving.iterdir()] == ["1"]


def test_copy_is_never_seen_under_a_number(tmp_path: Path, serving: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = shutil.copytree

    def copytree(*arguments: Any, **options: Any) -> Any:
        seen.append(versions(serving))
        copied = real(*arguments, **options)
        seen.append(versions(serving))
        return copied

    monkeypatch.setattr(module.shutil, "copytree", copytree)
    _push(_model(tmp_path / "model"), serving)
    assert seen
    assert not any(seen)


def test_number_taken_in_the_meantime_is_left_alone(
    tmp_path: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.rename

    def rename(source: Path, target: Path) -> None:
        monkeypatch.setattr(module.os, "rename", real)
        _model(target, "theirs")
        real(source, target)

    monkeypatch.setattr(module.os, "rename", rename)
    assert _push(_model(tmp_path / "model", "ours"), serving) == serving / "2"
    assert (serving / "1" / "saved_model.pb").read_text() == "graph theirs"
    assert (serving / "2" / "saved_model.pb").read_text() == "graph ours"


def test_rename_that_fails_for_another_reason_is_told(
    tmp_path: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.os, "rename", rename)
    with pytest.raises(PermissionError):
        _push(_model(tmp_path / "model"), serving)


@pytest.mark.parametrize("name", ["", "old", "1.bak", "-1", "+1", "0", "007", "٣", ".1.partial-x", "1e3", "1_0", "1.0"])
def test_other_names_than_numbers_are_no_versions(name: str) -> None:
    assert not is_version(name)


def test_only_folders_are_versions(serving: Path) -> None:
    for name in ("old", "10", "4"):
        (serving / name).mkdir(parents=True)
    (serving / "9").write_text("a file")
    assert versions(serving) == [4, 10]


@pytest.mark.parametrize(("names", "number"), [([], 1), (["x"], 1), (["2", "10", "9"], 11)])
def test_next_number_is_above_all(names: list[str], number: int) -> None:
    assert next_number(names) == number


def test_version_before_is_the_latest_of_another_model_that_was_not_withdrawn(tmp_path: Path, serving: Path) -> None:
    models = {name: _model(tmp_path / name, name) for name in "abc"}
    for name in "abcb":
        add_version(models[name], serving)
    assert version_before(serving, ()) == 3
    assert version_before(serving, {model_digest(models["c"])}) == 1
    assert version_before(serving, {model_digest(models[name]) for name in "ac"}) is None
    assert version_before(tmp_path / "nowhere", ()) is None


@pytest.mark.timeout(60)
def test_file_by_the_name_of_a_version_is_left_alone(tmp_path: Path, serving: Path) -> None:
    serving.mkdir()
    (serving / "1").write_text("a file")
    (serving / "2").symlink_to("nowhere")
    assert _push(_model(tmp_path / "model"), serving) == serving / "3"
    assert (serving / "1").read_text() == "a file"
    assert (serving / "2").is_symlink()


def test_no_folder_has_no_versions(tmp_path: Path) -> None:
    assert versions(tmp_path / "nowhere") == []


def test_digest_takes_files_of_any_name(tmp_path: Path) -> None:
    model = _model(tmp_path / "model")
    before = model_digest(model)
    (model / os.fsdecode(b"\xff")).touch()
    assert model_digest(model) != before


def test_digest_depends_on_names_and_contents(tmp_path: Path) -> None:
    digests = {model_digest(_model(tmp_path / name, name)) for name in ("a", "b")}
    renamed = _model(tmp_path / "c", "a")
    (renamed / "saved_model.pb").rename(renamed / "other.pb")
    assert len(digests | {model_digest(renamed)}) == 3


ADDED = ("assets.extra/tf_serving_warmup_requests", ".DS_Store", "variables/._variables.data", "Thumbs.db",
         "desktop.ini", "@eaDir/saved_model.pb/SYNO@.fileindexdb", ".nfs0000001")  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_what_a_server_or_a_desktop_adds_is_no_change_of_the_model(tmp_path: Path, serving: Path, name: str) -> None:
    one, two = _model(tmp_path / "one", "one"), _model(tmp_path / "two", "two")
    digest = model_digest(one)
    for model in (one, two):
        added = _push(model, serving) / name
        added.parent.mkdir(parents=True, exist_ok=True)
        added.write_bytes(b"not ours")
    assert model_digest(serving / "1") == digest
    assert _push(two, serving) == serving / "2"
    assert version_before(serving, ()) == 1


def test_file_beside_the_graph_is_of_the_model(tmp_path: Path) -> None:
    model = _model(tmp_path / "model")
    before = model_digest(model)
    (model / "model.tflite").write_bytes(b"an export")
    assert model_digest(model) != before
