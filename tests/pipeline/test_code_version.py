"""The commit in a run's records: true in a checkout, unknown elsewhere, never an error, and in no cache key."""

import subprocess
import time
from pathlib import Path

import pytest

from core.project import ROOT
from pipeline import code_version as module
from pipeline.code_version import code_version
from pipeline.fingerprints import source_digest

UNKNOWN = {"git_commit": None, "modified": None}


def git(folder: Path, *words: str) -> str:
    user = ["-c", "user.name=x", "-c", "user.email=x@y"]
    return subprocess.run(["git", "-C", folder, *user, *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "module.py").write_text("a = 1\n")
    (tmp_path / ".gitignore").write_text("/output/\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    return tmp_path


def test_commit_is_told_and_whether_files_differ_from_it(checkout: Path) -> None:
    commit = git(checkout, "rev-parse", "HEAD").strip()
    assert code_version(checkout) == {"git_commit": commit, "modified": False}
    (checkout / "output").mkdir()
    (checkout / "output" / "summary.json").touch()
    assert code_version(checkout) == {"git_commit": commit, "modified": False}
    (checkout / "new.py").touch()
    assert code_version(checkout) == {"git_commit": commit, "modified": True}
    (checkout / "new.py").unlink()
    (checkout / "module.py").write_text("a = 2\n")
    assert code_version(checkout) == {"git_commit": commit, "modified": True}


def test_no_checkout_and_no_commit_are_unknown(tmp_path: Path) -> None:
    assert code_version(tmp_path) == UNKNOWN
    git(tmp_path, "init", "--quiet")
    assert code_version(tmp_path) == UNKNOWN
    assert code_version(tmp_path / "missing") == UNKNOWN


def test_checkout_around_an_installed_project_is_not_ours(checkout: Path) -> None:
    installed = checkout / ".venv" / "site-packages"
    installed.mkdir(parents=True)
    assert code_version(installed) == UNKNOWN


def test_variables_of_git_do_not_lead_elsewhere(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = code_version(checkout)
    monkeypatch.setenv("GIT_DIR", str(tmp_path_factory.mktemp("other")))
    assert code_version(checkout) == expected


@pytest.mark.parametrize(
    "program", [None, "exit 1", "echo", "printf '\\377\\n\\377\\n'", "exec sleep 60"],
    ids=["no git", "fails", "says nothing", "no text", "hangs"],
)  # fmt: skip
def test_git_that_does_not_answer_is_no_error(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, program: str | None
) -> None:
    folder = tmp_path_factory.mktemp("bin")
    if program:
        (folder / "git").write_text(f"#!/bin/sh\n{program}\n")
        (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin" if program else str(folder))
    monkeypatch.setattr(module, "_SECONDS", 0.5)
    start = time.monotonic()
    assert code_version(checkout) == UNKNOWN
    # Not the minute that the last one would take.
    assert time.monotonic() - start < 30


def test_no_component_s_digest_sees_the_commit(tmp_path: Path) -> None:
    for package in ("components", "pipeline", "sample", "schema"):
        (tmp_path / package).symlink_to(ROOT / package)
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted((ROOT / "components").rglob("*.py"))
    ]
    before = source_digest(*modules, root=tmp_path)
    (tmp_path / "pipeline").unlink()
    assert source_digest(*modules, root=tmp_path) == before
