"""Imports run one way through the rooms, and what lies below the pipeline needs no font and no optional package."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from core.project import ROOT, own_packages

# From the ground up: a room imports itself and those before it.
ROOMS = ("core", "console", "schema", "sample", "components", "report", "pipeline", "server")
ABOVE = {"research", "scripts", "tests"}
# Imports every module that it is told, where no optional package can be had.
IMPORT_ALL = """
import importlib, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("fontpkg", "kagglehub", "kfp", "matplotlib", "starlette", "uvicorn")):
            raise ModuleNotFoundError(f"{name} is not installed", name=name)

sys.meta_path.insert(0, Missing())
for module in sys.argv[1:]:
    importlib.import_module(module)
"""


def imported_rooms(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names} & set(own_packages())


def test_every_package_has_its_place() -> None:
    assert set(own_packages()) == {*ROOMS, *ABOVE}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    found = {path.relative_to(ROOT): imported_rooms(path) - allowed for path in (ROOT / room).rglob("*.py")}
    assert not {str(path): above for path, above in found.items() if above}


def test_what_lies_below_the_pipeline_needs_no_optional_package() -> None:
    below = [
        path
        for room in ROOMS[: ROOMS.index("pipeline")]
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.stem != "__main__"
    ]
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in below]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *modules], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
