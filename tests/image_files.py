"""Reads the image's Dockerfile, locks and .dockerignore, and which of our modules the pods run."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

from core.project import ROOT

# What a pod runs first, and what that imports late.
ENTRY_MODULES = ("pipeline.kubeflow.entrypoint", "pipeline.kubeflow.step")
PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")}
# Each leg's TFX, and the Python of its image.
LEGS = {"1.16": "3.10", "1.21": "3.13"}


def locked(name: str, python: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Returns version and hashes of every package that a lock has for a Python, such as 3.13, on Linux."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.partition(" --hash=") for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    pins = [(Requirement(line), hashes.split(" --hash=")) for line, _, hashes in lines]
    return {
        pin.name: (str(pin.specifier).removeprefix("=="), frozenset(each.strip() for each in hashes))
        for pin, hashes in pins
        if pin.marker is None or pin.marker.evaluate(environment)
    }


def setup_keywords() -> dict[str, ast.expr]:
    calls = [node for node in ast.walk(ast.parse((ROOT / "setup.py").read_text("utf-8"))) if isinstance(node, ast.Call)]
    (call,) = (c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "setup")
    return {word.arg: word.value for word in call.keywords if word.arg}


def instructions() -> list[tuple[str, str]]:
    """Returns the Dockerfile's instructions and their arguments, each on one line."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))
    words = [line.split(maxsplit=1) for line in text.replace("\\\n", " ").splitlines()]
    return [(name, " ".join(rest.split())) for name, rest in words]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        if found:  # An ARG may stand before the first.
            found[-1].append((name, rest))
    return found


def copied_from_context() -> set[str]:
    """Returns what any leg's build copies."""
    copies = [rest.split() for name, rest in instructions() if name == "COPY" and not rest.startswith("--from=")]
    sources = [source.rstrip("/") for *sources, _ in copies for source in sources]
    return {source.replace("${TFX}", leg) for source in sources for leg in LEGS}


def let_in(path: str) -> bool:
    """Tells whether .dockerignore lets a file into the build: the last pattern that fits it or a folder of it decides.

    Args:
        path: Relative to the project.
    """
    kept = True
    names = [path, *map(str, PurePosixPath(path).parents)][:-1]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = _as_regex(line.removeprefix("!"))
            if any(pattern.fullmatch(name) for name in names):
                kept = line.startswith("!")
    return kept


def _as_regex(pattern: str) -> re.Pattern[str]:
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(meanings.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*)", pattern)))


def module_files(module: str) -> list[Path]:
    """Returns the file of a module and those of the packages around it; of `package.module.name`, the module's."""
    parts = module.split(".")
    bases = [ROOT.joinpath(*parts[: depth + 1]) for depth in range(len(parts))]
    return [path for base in bases for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()]


def mentioned(path: Path) -> Iterator[str]:
    """Yields the modules that a file imports, or names in a string, as TFX wants it for `run_fn`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and re.match(rf"({'|'.join(PACKAGES)})\.[\w.]+$", str(node.value)):
            yield str(node.value)


def run_in_pods() -> set[Path]:
    found: set[Path] = set()
    todo = [path for module in ENTRY_MODULES for path in module_files(module)]
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += [file for module in mentioned(path) for file in module_files(module)]
    return found
