"""The digests see an edit to any module that a component runs, and to no other."""

import importlib.metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.fingerprints import file_digest, libraries_digest, source_digest

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


def test_libraries_digest_sees_a_new_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def installed(*versions: str) -> str:
        found = [SimpleNamespace(name=f"library{i}", version=v) for i, v in enumerate(versions)]
        monkeypatch.setattr(importlib.metadata, "distributions", lambda path: reversed(found))
        return libraries_digest()

    assert installed("1.0", "2.0") == installed("1.0", "2.0")
    assert len({installed("1.0", "2.0"), installed("1.0", "2.1"), installed("2.0", "1.0"), installed("1.0")}) == 4


def test_libraries_that_another_carries_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = libraries_digest()
    (tmp_path / "carried-1.0.dist-info").mkdir()
    (tmp_path / "carried-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: carried\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "carried" in {found.name for found in importlib.metadata.distributions()}
    assert libraries_digest() == before
