"""Digests of what TFX's cache key does not see: our code, the installed libraries, the schema's content."""

import ast
import hashlib
import importlib.metadata
import site
from pathlib import Path

from core.project import ROOT, own_packages


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
    """Returns the hex SHA-256 of the names and versions of all installed packages."""
    # Not of all of sys.path: setuptools adds the libraries that it carries when it is imported, now or later.
    found = importlib.metadata.distributions(path=site.getsitepackages())
    names = {f"{distribution.name}=={distribution.version}" for distribution in found}
    return file_digest("\n".join(sorted(names)).encode())


def file_digest(content: bytes) -> str:
    """Returns the hex SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


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
