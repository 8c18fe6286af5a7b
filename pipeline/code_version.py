"""Which commit of this project runs: for records of runs, and never a part of a component's cache key."""

import os
import subprocess
from pathlib import Path
from typing import Any

from core.project import ROOT

# A run does not wait longer for so little; git takes some 20 ms.
_SECONDS = 2.0


def code_version(root: Path = ROOT) -> dict[str, Any]:
    """Returns `git_commit`, and `modified`: whether any file differs from it or is new.

    Both are None where that cannot be told: without git, without a checkout, or where the project is installed.

    Args:
        root: The folder that holds our packages.
    """
    unknown = {"git_commit": None, "modified": None}
    try:
        top, commit = _git(root, "rev-parse", "--show-toplevel", "HEAD").splitlines()
        # A checkout of something else may hold the environment that the project is installed in.
        if Path(top).resolve() != root.resolve():
            return unknown
        return {"git_commit": commit, "modified": bool(_git(root, "status", "--porcelain"))}
    except (OSError, ValueError, subprocess.SubprocessError):
        return unknown


def _git(root: Path, *words: str) -> str:
    # Without variables of git's that point elsewhere, as in a hook, and without writing to the index.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(root), *words],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=True,
        env=environment | {"GIT_OPTIONAL_LOCKS": "0"},
    )
    return done.stdout
