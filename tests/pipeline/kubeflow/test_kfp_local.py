"""The whole pipeline, compiled, run by `kfp.local`: another reader of the specification than our own fake launcher."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.project import ROOT
from pipeline.kubeflow.package import write_package
from tests.pipeline.kubeflow.small_package import compiled_small

# 18 steps one after the other, each of which imports TFX anew.
pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

ENVIRONMENT = ROOT / ".venv" / "kfp-local"


@pytest.fixture(scope="module")
def kfp_local() -> Path:
    """The Python that has a kfp which runs whole pipelines."""
    script = ROOT / "scripts" / "set_up_kfp_local.sh"
    done = subprocess.run([script], capture_output=True, text=True, check=False)
    if "Failed to fetch" in done.stderr:
        pytest.skip(f"kfp.local cannot be installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return ENVIRONMENT / "bin" / "python"


def test_every_step_succeeds_and_the_model_is_pushed(kfp_local: Path, tiny_data: Path, tmp_path: Path) -> None:
    package, serving = compiled_small(), tmp_path / "serving"
    write_package(package, tmp_path / "pipeline.yaml")
    parameters = {
        "data": str(tiny_data),
        "serving": str(serving),
        "training_state": str(tmp_path / "training"),
    }
    program = ROOT / "tests" / "pipeline" / "kubeflow" / "kfp_local_run.py"
    # The steps' `python` is that of these tests; that of kfp.local, called by its path, never gets on the PATH.
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "TMPDIR": str(tmp_path),
    }
    command = [kfp_local, program, tmp_path / "pipeline.yaml", tmp_path / "root", json.dumps(parameters)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    steps = package.pipeline["root"]["dag"]["tasks"]
    assert json.loads(done.stdout) == dict.fromkeys(steps, "SUCCESS"), done.stderr[-3000:]
    assert (serving / "1" / "saved_model.pb").is_file()
    (page,) = (tmp_path / "root").glob("*/run-page/page")
    assert "pushed as version 1" in page.read_text(encoding="utf-8")
