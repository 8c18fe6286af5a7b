"""`predict.py --output` at a job server: the table that it writes on `direct`, and failures in one line."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.features import IMAGE_FOLDER
from core.project import ROOT
from tests.pipeline.beam.beam_processes import ENGINE, Servers, beam_servers

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with beam_servers(tmp_path_factory.mktemp("servers")) as started:
        yield started


def call(folder: Path, *words: str, servers: Servers | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command as a person in a folder would."""
    engine = servers.flags if servers else []
    command = [sys.executable, str(ROOT / "predict.py"), *words, *engine]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def folder(letters_folder: Path, tmp_path: Path) -> Path:
    """A person's current folder, with a data folder in it."""
    (tmp_path / "data").symlink_to(letters_folder)
    return tmp_path


def test_names_that_are_relative_give_the_same_table_as_on_direct(
    exported_model: Path, folder: Path, servers: Servers
) -> None:
    for given in ("data", f"data/{IMAGE_FOLDER}/01_*.png"):
        direct = call(folder, str(exported_model), given, "--output", "direct.csv")
        engine = call(folder, str(exported_model), given, "--output", "engine.csv", servers=servers)
        assert (engine.returncode, engine.stderr) == (0, "")
        assert engine.stdout.splitlines() == direct.stdout.replace("direct.csv", "engine.csv").splitlines()
        tables = [sorted((folder / name).read_text().splitlines()) for name in ("direct.csv", "engine.csv")]
        assert tables[1] == tables[0]
    assert sorted(path.name for path in folder.iterdir()) == ["data", "direct.csv", "engine.csv"]


def test_job_that_fails_is_one_line_and_touches_nothing(exported_model: Path, folder: Path, servers: Servers) -> None:
    (folder / "a.tfrecord").write_bytes(b"surely no TFRecord, but long enough for a header")
    (folder / "letters.csv").write_text("earlier")
    done = call(folder, str(exported_model), "a.tfrecord", "--output", "letters.csv", servers=servers)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert line.startswith(f"--beam {ENGINE}: the engine gave up a job (FAILED: ")
    assert line.endswith("; look at its log, then run again")
    assert sorted(path.name for path in folder.iterdir()) == ["a.tfrecord", "data", "letters.csv"]
    assert (folder / "letters.csv").read_text() == "earlier"
