"""The fuzzer: atheris makes a property test fall where it can, and what it kept makes it fall again."""

import subprocess
from pathlib import Path

import pytest

from core.project import ROOT

pytestmark = pytest.mark.long

PYTHON = ROOT / ".venv" / "fuzz" / "bin" / "python"
# A property that holds for all but what begins with an R.
FALLING = """
from hypothesis import given
from hypothesis import strategies as st

@given(st.binary())
def test_no_r(content):
    assert not content.startswith(b"R"), "an R"
"""


@pytest.fixture(scope="module", autouse=True)
def atheris() -> None:
    done = subprocess.run([ROOT / "scripts" / "set_up_fuzz.sh"], capture_output=True, text=True, check=False)
    if "Failed to fetch" in done.stderr:
        pytest.skip(f"atheris cannot be installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr


def fuzz(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "research.fuzz", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_what_makes_a_test_fall_is_found_kept_and_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "falling.py").write_text(FALLING, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = fuzz("--module=falling", "--seconds=60", f"--folder={tmp_path}")
    assert (done.returncode, "1 tests fuzzed; fallen: test_no_r" in done.stdout) == (1, True), done.stderr
    (find,) = (tmp_path / "test_no_r" / "finds").iterdir()
    again = fuzz("--module=falling", "test_no_r", find)
    assert again.returncode != 0
    assert "AssertionError: an R" in again.stdout + again.stderr


def test_ten_seconds_of_each_test_make_none_fall_and_see_our_code(tmp_path: Path) -> None:
    done = fuzz("--seconds=30", f"--folder={tmp_path}")
    assert (done.returncode, "3 tests fuzzed; none fell" in done.stdout) == (0, True), done.stderr
    # An input is kept where it leads our code a new way; without instrumented code there would be one.
    assert all(len(list(inputs.iterdir())) > 5 for inputs in tmp_path.glob("*/inputs"))
