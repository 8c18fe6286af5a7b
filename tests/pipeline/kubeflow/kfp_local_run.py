"""Runs a compiled pipeline by `kfp.local` and prints as JSON how each step went; a program for .venv/kfp-local.

What the steps and kfp.local print goes to stderr. kfp.local ends a run at the first step that fails.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kfp import components, local
from kfp.local import subprocess_task_handler
from kfp.local.status import Status


class ContainerRunner(subprocess_task_handler.SubprocessTaskHandler):
    """Runs a container's command as it stands, and notes how it ended."""

    outcomes: dict[str, str] = {}  # noqa: RUF012 (kfp.local makes the instances, and gives none away)

    def validate_not_container_component(self, full_command: list[str]) -> None:
        # kfp.local wants an image for a container component, and would take a Docker daemon to run it. The command
        # needs neither here: the `python` that comes first on the PATH has all that the image would.
        pass

    def run(self) -> Status:
        status = super().run()
        self.outcomes[self.full_command[self.full_command.index("--step") + 1]] = status.name
        return status


def run(package: Path, folder: Path, parameters: Mapping[str, Any]) -> dict[str, str]:
    subprocess_task_handler.SubprocessTaskHandler = ContainerRunner
    local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=str(folder), raise_on_error=False)
    components.load_component_from_file(str(package))(**parameters)
    return ContainerRunner.outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the compiled pipeline")
    parser.add_argument("folder", type=Path, help="where artifacts are written")
    parser.add_argument("parameters", type=json.loads, help="the run's parameters as JSON")
    flags = parser.parse_args()
    with contextlib.redirect_stdout(sys.stderr):
        outcomes = run(flags.package, flags.folder, flags.parameters)
    print(json.dumps(outcomes))


if __name__ == "__main__":
    main()
