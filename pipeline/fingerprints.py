"""Digests of what TFX's cache key does not see: our code, the installed libraries, the schema's content."""

import ast
import hashlib
import importlib.metadata
import site
from collections.abc import Iterable, Iterator
from pathlib import Path

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


def source_digest(*modules: str, root: Path = ROOT) -> str:
    """Returns the hex SHA-256 of modules of ours and of all that they import of ours, directly or not.

    Args:
        *modules: Dotted names, such as `components.transform`.
        root: The folder that holds our packages.
    """
    digest = hashlib.sha256()
    for path in sorted(_closure([path for module in modules for path in _files(module, root)], root)):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def libraries_digest() -> str:
    """Returns the hex SHA-256 of the names and versions of the libraries that may decide a result."""
    return file_digest(
        "\n".join(sorted(f"{name}=={version}" for name, version in deciding_libraries().items())).encode()
    )


def deciding_libraries() -> dict[str, str]:
    """Returns the versions of the libraries that may decide a result: `LIBRARIES`, what they require, and the fonts.

    Whatever else is installed, such as a shell or a linter, is of no account.
    """
    # Not of all of sys.path: setuptools adds the libraries that it carries when it is imported, now or later.
    found = importlib.metadata.distributions(path=site.getsitepackages())
    installed: dict[str, importlib.metadata.Distribution] = {
        canonicalize_name(each.name): each for each in found if each.name
    }
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


def _required(lines: Iterable[str], extra: str) -> Iterator[tuple[str, str]]:
    """Yields name and extra of what a library with an extra requires here."""
    # Most lines are of extras that nobody asked for, and to parse them takes a second.
    for requirement in (Requirement(line) for line in lines if extra or "extra ==" not in line):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for each in ("", *requirement.extras):
                yield canonicalize_name(requirement.name), each


def _closure(paths: list[Path], root: Path) -> set[Path]:
    found: set[Path] = set()
    todo = list(paths)
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += [p for name in _imports(path, root) for p in _files(name, root)]
    return found


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
