"""The serving folder: numbered versions, each whole or absent, none pushed twice or overwritten."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from components.pusher import versions as module
from components.pusher.versions import model_digest, push, push_again, remove, version_before, versions


def _model(folder: Path, content: str = "one") -> Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text(f"graph {content}")
    (folder / "variables" / "variables.data").write_text(f"weights {content}")
    return folder


@pytest.fixture
def serving(tmp_path: Path) -> Path:
    return tmp_path / "serving"


def test_first_push_makes_version_one_with_the_whole_model(tmp_path: Path, serving: Path) -> None:
    model = _model(tmp_path / "model")
    assert push(model, serving) == serving / "1"
    assert model_digest(serving / "1") == model_digest(model)
    # A server is often another user.
    assert (serving / "1").stat().st_mode & 0o777 == 0o755
    assert [path.name for path in serving.iterdir()] == ["1"]


def test_other_models_get_rising_numbers(tmp_path: Path, serving: Path) -> None:
    pushed = [push(_model(tmp_path / name, name), serving).name for name in ("a", "b", "c")]
    assert pushed == ["1", "2", "3"]
    assert versions(serving) == [1, 2, 3]


def test_same_model_is_not_pushed_twice(tmp_path: Path, serving: Path) -> None:
    push(_model(tmp_path / "a", "same"), serving)
    push(_model(tmp_path / "b", "other"), serving)
    assert push(_model(tmp_path / "c", "same"), serving) == serving / "1"
    assert versions(serving) == [1, 2]


@pytest.mark.parametrize("deleted", ["1", "2"])
def test_deleted_version_is_put_back_under_the_next_number(deleted: str, tmp_path: Path, serving: Path) -> None:
    models = {name: _model(tmp_path / name, name) for name in ("1", "2")}
    for model in models.values():
        push(model, serving)
    shutil.rmtree(serving / deleted)
    back = push(models[deleted], serving)
    assert back.name == {"1": "3", "2": "2"}[deleted]
    assert model_digest(back) == model_digest(models[deleted])


def test_damaged_version_is_not_taken_for_the_model(tmp_path: Path, serving: Path) -> None:
    model = _model(tmp_path / "model")
    (push(model, serving) / "variables" / "variables.data").write_text("cut")
    assert push(model, serving) == serving / "2"


@pytest.mark.parametrize("step", ["copytree", "fsync", "rename"])
def test_killed_push_leaves_no_version_and_the_next_one_tidies_up(
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
            push(model, serving)
    (left,) = serving.iterdir()
    assert left.name.startswith(".pushing-")
    assert versions(serving) == []
    assert push(model, serving) == serving / "1"
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
    push(_model(tmp_path / "model"), serving)
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
    assert push(_model(tmp_path / "model", "ours"), serving) == serving / "2"
    assert (serving / "1" / "saved_model.pb").read_text() == "graph theirs"
    assert (serving / "2" / "saved_model.pb").read_text() == "graph ours"


def test_rename_that_fails_for_another_reason_is_told(
    tmp_path: Path, serving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.os, "rename", rename)
    with pytest.raises(PermissionError):
        push(_model(tmp_path / "model"), serving)


@pytest.mark.parametrize("name", ["old", "1.bak", "-1", "٣", ".pushing-x", "1e3"])
def test_only_numbered_folders_are_versions(name: str, tmp_path: Path, serving: Path) -> None:
    (serving / name).mkdir(parents=True)
    (serving / "9").write_text("a file")
    (serving / "4").mkdir()
    assert versions(serving) == [4]


def test_folder_with_zeros_in_its_name_is_a_version_as_any_other(tmp_path: Path, serving: Path) -> None:
    padded = _model(serving / "007", "old")
    assert versions(serving) == [7]
    assert push(_model(tmp_path / "same", "old"), serving) == padded
    assert push(_model(tmp_path / "new", "new"), serving) == serving / "8"
    assert version_before(serving) == 7
    again = push_again(serving, 7)
    assert again == serving / "9"
    assert model_digest(again) == model_digest(padded)
    remove(serving, 7)
    assert sorted(path.name for path in serving.iterdir()) == ["8", "9"]


@pytest.mark.timeout(60)
def test_file_by_the_name_of_a_version_is_left_alone(tmp_path: Path, serving: Path) -> None:
    serving.mkdir()
    (serving / "1").write_text("a file")
    (serving / "2").symlink_to("nowhere")
    assert push(_model(tmp_path / "model"), serving) == serving / "3"
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
