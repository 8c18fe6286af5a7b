"""Digests of what TFX's cache key does not see: our code, the installed libraries, the schema's content; the commit."""

import ast
import hashlib
import importlib.metadata
import os
import site
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.project import ROOT, own_packages

# The libraries that decide a result.
LIBRARIES = (
    "tfx",
    "tensorflow",
    "keras",
    "tensorflow-transform",
    "tensorflow-data-validation",
    "tensorflow-model-analysis",
    "apache-beam",
    "pandas",
    "pillow",
    "scipy",
    "cleanlab",
)
# The beginning of the names of the fonts' packages, which the sample finds by these.
_FONT = "fontpkg-"
# A run does not wait longer for so little; git takes some 20 ms.
_GIT_SECONDS = 2.0
_REVISION_VARIABLE = "LETTERS_REVISION"


def source_digest(*modules: str, root: Path = ROOT) -> str:
    """Returns the hex SHA-256 of modules in our packages' folder, and of all that they import of ours, directly or not.

    Args:
        *modules: Dotted names, such as `components.transform`.
        root: The folder that holds our packages.
    """
    found: set[Path] = set()
    todo = [path for module in modules for path in _files(module, root)]
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += [p for name in _imports(path, root) for p in _files(name, root)]
    digest = hashlib.sha256()
    weights = {path.with_name(f"{path.stem}_weights.npz") for path in found}
    for path in sorted(found | {path for path in weights if path.is_file()}):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def libraries_digest() -> str:
    """Returns the hex SHA-256 of the names and versions of the libraries that may decide a result."""
    lines = sorted(f"{name}=={version}" for name, version in deciding_libraries().items())
    return file_digest("\n".join(lines).encode())


def deciding_libraries() -> dict[str, str]:
    """Returns the versions of the libraries that may decide a result: `LIBRARIES`, what they require, and the fonts.

    Whatever else is installed, such as a shell or a linter, is of no account.
    """
    # Not of all of sys.path: setuptools adds the libraries that it carries when it is imported, now or later.
    found = importlib.metadata.distributions(path=site.getsitepackages())
    installed = {str(canonicalize_name(each.name)): each for each in found if each.name}
    todo = [(name, "") for name in (*LIBRARIES, *(name for name in installed if name.startswith(_FONT)))]
    seen: set[tuple[str, str]] = set()
    while todo:
        name, extra = todo.pop()
        if (name, extra) not in seen and name in installed:
            seen.add((name, extra))
            todo += _required(installed[name].requires or (), extra)
    return {name: installed[name].version for name, _ in seen}


def file_digest(content: bytes) -> str:
    """Returns the hex SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def code_version(root: Path = ROOT) -> dict[str, Any]:
    """Returns `git_commit`, and `modified`: whether any file in our packages' folder differs from it or is new.

    For records of runs, and never a part of a component's cache key. Without a checkout, the commit is that of the
    image (Dockerfile). What cannot be told is None.
    """
    try:
        top, commit = _git(root, "rev-parse", "--show-toplevel", "HEAD").splitlines()
        # A checkout of something else may hold the environment that the project is installed in.
        if Path(top).resolve() == root.resolve():
            return {"git_commit": commit, "modified": bool(_git(root, "status", "--porcelain"))}
    except (OSError, ValueError, subprocess.SubprocessError):
        pass
    return {"git_commit": os.environ.get(_REVISION_VARIABLE) or None, "modified": None}


def _git(root: Path, *words: str) -> str:
    # Without variables of git's that point elsewhere, as in a hook, and without writing to the index.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    command = ["git", "-C", str(root), *words]
    return subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True, timeout=_GIT_SECONDS, env=environment)


def _required(lines: Iterable[str], extra: str) -> Iterator[tuple[str, str]]:
    """Yields name and extra of what a library with an extra requires here."""
    # Most lines are of extras that nobody asked for, and to parse them takes a second.
    for requirement in (Requirement(line) for line in lines if extra or "extra ==" not in line):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for each in ("", *requirement.extras):
                yield canonicalize_name(requirement.name), each


def _imports(path: Path, root: Path) -> list[str]:
    names, ours = [], own_packages(root)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # What is imported may be a module, or a name within one.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.partition(".")[0] in ours]


def _files(module: str, root: Path) -> list[Path]:
    """Returns the file of a module, and those of the packages around it, which Python runs first."""
    bases = [root.joinpath(*module.split(".")[: depth + 1]) for depth in range(module.count(".") + 1)]
    candidates = [path for base in bases for path in (base.with_suffix(".py"), base / "__init__.py")]
    return [path for path in candidates if path.is_file()]
