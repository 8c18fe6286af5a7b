"""Where the project lies and which packages are its own: the folders that have an `__init__.py`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def own_packages(root: Path = ROOT) -> tuple[str, ...]:
    """Returns the names of the packages of a project, in order."""
    return tuple(sorted(path.parent.name for path in root.glob("*/__init__.py")))
