"""What all tests share: Keras 3 chosen before TensorFlow is imported, and a small generated data folder."""

import signal
from pathlib import Path
from typing import Any

import pytest

from console.command import use_keras_3
from console.logs import set_up_logs
from core.project import ROOT
from sample.parameters import Parameters
from sample.writer import write_sample
from schema.curated import read_labels
from tests.tiny_run import PER_LETTER

# Fixtures of the model side; they import TensorFlow only where they are used.
pytest_plugins = ["tests.model_fixtures"]

SHARE_FIRST_RUN = {
    f"tests/end_to_end/test_{name}.py" for name in ("cache", "first_run", "refusals", "run_report", "updated_data")
}
REAL_DATA = ROOT.parent / "shared" / "data" / "russian-handwritten-letters"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-legs", action="store_true", help="write what tests/model_quality/test_other_leg.py reads")


def pytest_configure() -> None:
    # A shell that starts the tests in the background has them ignore Ctrl-C, and with them the programs under test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    set_up_logs(verbose=False)
    use_keras_3()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives whole files to a process, and those that go on from the first run to one: the run takes a minute."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "first run" if file in SHARE_FIRST_RUN else file

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def letters_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four generated photos of each letter, one on each paper; tests copy it before they change it."""
    return write_sample(tmp_path_factory.mktemp("letters") / "data", Parameters(read_labels(), 4), workers=1)


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What tests/tiny_run.py runs on; tests copy it before they change it."""
    return write_sample(tmp_path_factory.mktemp("tiny") / "data", Parameters(read_labels(), PER_LETTER))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The real photos, which lie beside the project on some machines only."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real photos are not in {REAL_DATA}")
    return REAL_DATA
