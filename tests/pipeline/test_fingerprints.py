"""The digests see an edit to any module that a component runs, and to no other; the commit is in records alone."""

import importlib.metadata
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from core.project import ROOT
from pipeline import fingerprints as module
from pipeline.fingerprints import code_version, deciding_libraries, file_digest, libraries_digest, source_digest

SOURCES = {
    "components/__init__.py": '"""Package."""\n',
    "components/start.py": "import os\nfrom components.group import part\nimport components.plain\n",
    "components/group/__init__.py": "",
    "components/group/part.py": "def f():\n    from components.late import NAME\n    return NAME\n",
    "components/plain.py": "from components import start\n",
    "components/late.py": "NAME = 1\n",
    "components/unrelated.py": "import components.late\n",
    "other/late.py": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "seen"),
    [
        ("components/start.py", True),
        ("components/group/part.py", True),
        ("components/plain.py", True),
        ("components/late.py", True),
        ("components/__init__.py", True),
        ("components/group/__init__.py", True),
        ("components/unrelated.py", False),
        ("other/late.py", False),
    ],
    ids=["itself", "from package", "import", "in a function, indirectly", "package", "inner package", "none", "other"],
)
def test_edit_is_seen_where_the_module_is_imported(root: Path, file: str, seen: bool) -> None:
    before = source_digest("components.start", root=root)
    (root / file).write_text(SOURCES[file] + "# edited\n", encoding="utf-8")
    assert (source_digest("components.start", root=root) != before) is seen


def test_finder_s_weights_are_a_part_of_transform_s_code(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "components", tmp_path / "components")
    before = source_digest("components.transform", root=tmp_path)
    (tmp_path / "components" / "finder_weights.npz").write_bytes(b"other weights")
    assert source_digest("components.transform", root=tmp_path) != before


def test_digest_does_not_depend_on_where_the_source_lies(root: Path, tmp_path: Path) -> None:
    moved = tmp_path.with_name("moved")
    before = source_digest("components.start", root=root)
    root.rename(moved)
    assert source_digest("components.start", root=moved) == before


def test_renamed_module_and_moved_text_are_seen(root: Path) -> None:
    before = source_digest("components.plain", "components.late", root=root)
    (root / "components/late.py").write_text("", encoding="utf-8")
    (root / "components/plain.py").write_text(
        SOURCES["components/plain.py"] + SOURCES["components/late.py"], encoding="utf-8"
    )
    assert source_digest("components.plain", "components.late", root=root) != before


def test_several_modules_are_digested_in_any_order(root: Path) -> None:
    one = source_digest("components.late", "components.plain", root=root)
    assert source_digest("components.plain", "components.late", root=root) == one
    assert source_digest("components.late", root=root) != one


@pytest.mark.parametrize(
    "module",
    [
        "components.example_gen.component",
        "components.data_check.component",
        "components.transform",
        "components.trainer.run",
        "components.pusher.component",
    ],
)
def test_every_component_s_code_is_found(module: str) -> None:
    nothing = source_digest("components.no_such_module")
    assert source_digest(module) not in (nothing, file_digest(b""))


def _install(folder: Path, name: str, version: str, *requires: str) -> None:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {r}" for r in requires),
    ]
    (folder / f"{name}-{version}.dist-info").mkdir()
    (folder / f"{name}-{version}.dist-info" / "METADATA").write_text("\n".join(lines) + "\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of libraries, in place of those that are installed."""
    monkeypatch.setattr("site.getsitepackages", lambda: [str(tmp_path)])
    _install(tmp_path, "tfx", "1.0", "Some_Base[fast]>=1", 'other; python_version < "3"', 'docs; extra == "docs"')
    for name, *requires in (
        ["some-base", 'speed; extra == "fast"', "tfx"],
        ["speed"],
        ["other"],
        ["docs"],
        ["ipython"],
    ):
        _install(tmp_path, name, "1.0", *requires)
    _install(tmp_path, "fontpkg-nunito", "1.0")
    return tmp_path


@pytest.mark.parametrize(
    ("library", "seen"),
    [
        ("tfx", True),
        ("some-base", True),
        ("speed", True),
        ("fontpkg-nunito", True),
        ("other", False),
        ("docs", False),
        ("ipython", False),
    ],
    ids=["named", "required", "by an extra", "a font", "for another Python", "extra of nobody's", "beside"],
)
def test_new_version_is_seen_where_it_may_decide_a_result(installed: Path, library: str, seen: bool) -> None:
    before = libraries_digest()
    assert libraries_digest() == before
    (metadata,) = installed.glob(f"{library}-*.dist-info/METADATA")
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 1.1"))
    assert (libraries_digest() != before) is seen


def test_every_library_that_the_components_import_counts() -> None:
    named = importlib.metadata.packages_distributions()
    texts = [path.read_text() for room in ("components", "core", "sample") for path in (ROOT / room).rglob("*.py")]
    imported = {name for text in texts for name in re.findall(r"^ *(?:from|import) (\w+)", text, flags=re.MULTILINE)}
    # Many libraries share the name `google`.
    libraries = {canonicalize_name(named[name][0]) for name in imported if len(set(named.get(name, ()))) == 1}
    assert len(libraries) > 10
    assert libraries <= set(deciding_libraries())


def test_libraries_that_another_carries_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = libraries_digest()
    _install(tmp_path, "keras", "0.1")
    monkeypatch.syspath_prepend(tmp_path)
    assert libraries_digest() == before


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


def test_commit_of_an_image_is_what_it_was_built_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERS_REVISION", "5" * 40)
    assert code_version(tmp_path) == {"git_commit": "5" * 40, "modified": None}


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
    monkeypatch.setattr(module, "_GIT_SECONDS", 0.5)
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
