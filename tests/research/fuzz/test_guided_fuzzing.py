"""The fuzzer itself: atheris finds what a target raises, and what takes too much; what it kept can be repeated."""

import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from research.fuzz.campaign import PYTHON, ROOT, Outcome, fuzz, repeat_command
from research.fuzz.libfuzzer import dictionary, flags

pytestmark = pytest.mark.long

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module", autouse=True)
def atheris() -> None:
    done = subprocess.run([ROOT / "scripts" / "set_up_fuzz.sh"], capture_output=True, text=True, check=False)
    if "Failed to fetch" in done.stderr:
        pytest.skip(f"atheris cannot be installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr


def from_small_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Returns what a function of this module returns in a new process.

    To the kernel, and so to libFuzzer, a program's largest memory is at least that of the process that started it; a
    process that other tests ran in may be above the limit.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def outcome_of(module: str, seconds: int, folder: Path) -> Outcome:
    return next(fuzz([module], seconds, folder))


def call(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_exception_is_found_and_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    outcome = from_small_process(outcome_of, "raising_target", 60, tmp_path)
    (find,) = outcome.finds
    assert (outcome.crashed, b"R" in find.read_bytes()) == (True, True)
    assert "IndexError: an R" in outcome.words
    again = call(repeat_command("raising_target", find).split())
    assert again.returncode != 0
    assert "IndexError: an R" in again.stdout + again.stderr


def test_too_much_memory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name in ("finds", "seeds"):
        (tmp_path / name).mkdir()
    (tmp_path / "seeds" / "greedy").write_bytes(b"M")
    (tmp_path / "words").write_text(dictionary([b"seed"]), encoding="utf-8")
    limits = flags(30, tmp_path / "finds", tmp_path / "words")
    command = [PYTHON, "-m", "research.fuzz.guided", "raising_target", *limits, tmp_path / "seeds"]
    done = from_small_process(call, command)
    assert done.returncode != 0
    assert "out-of-memory" in done.stderr
    assert [find.name.partition("-")[0] for find in (tmp_path / "finds").iterdir()] == ["oom"]


@pytest.mark.parametrize(
    "module", ["research.fuzz.csv_target", "research.fuzz.image_target", "research.fuzz.photo_target"]
)
def test_ten_seconds_of_each_target_find_nothing_and_see_our_code(module: str, tmp_path: Path) -> None:
    outcome = from_small_process(outcome_of, module, 10, tmp_path)
    assert not outcome.crashed, outcome.words
    # Without instrumented code there would be none.
    assert outcome.figures.edges > 30
    assert outcome.figures.executions > 100
