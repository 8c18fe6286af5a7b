"""Too little memory: one line, or where the kernel kills the run, the next goes on as if nothing had happened."""

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resources.pipeline_command import started
from tests.tiny_run import Result, run_tiny

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

# Enough to begin, too little to train.
_ADDRESSES = 3000 * 2**20
# More than the group holds when training begins.
_MARGIN = 8 * 2**20
_GROUPS = Path("/sys/fs/cgroup/memory")


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group of its own: v1, as some sandboxes have it, or v2."""
    folder = (_GROUPS if _GROUPS.is_dir() else _GROUPS.parent) / f"letters-test-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        tighten(folder, 2**40)
        yield folder
    except OSError as error:
        pytest.skip(f"no control group here limits memory: {error}")
    finally:
        folder.rmdir()


def tighten(group: Path, bytes_more: int = _MARGIN) -> None:
    """Lets a group hold little more than it holds now."""
    v2 = (group / "memory.max").exists()
    held = int((group / ("memory.current" if v2 else "memory.usage_in_bytes")).read_text())
    (group / ("memory.max" if v2 else "memory.limit_in_bytes")).write_text(str(held + bytes_more))


def test_refused_memory_is_told_and_the_next_run_goes_on(tiny_data: Path, tmp_path: Path, undisturbed: Result) -> None:
    limits = (_ADDRESSES, _ADDRESSES)
    with started(tiny_data, tmp_path / "output") as process:
        resource.prlimit(process.pid, resource.RLIMIT_AS, limits)
        _, err = process.communicate()
    # TensorFlow itself ends the process where the system gives it no thread, with a line of its own.
    assert process.returncode in (2, -signal.SIGABRT), err
    assert len(err.splitlines()) == 1, err
    assert process.returncode != 2 or err.startswith("out of memory (")
    done = run_tiny(tiny_data, tmp_path / "output")
    assert (done.status, done.summary["test"]) == (0, undisturbed.summary["test"])


def test_run_that_the_kernel_killed_goes_on(group: Path, tiny_data: Path, tmp_path: Path, undisturbed: Result) -> None:
    with started(tiny_data, tmp_path / "output") as process:
        (group / "cgroup.procs").write_text(str(process.pid))
        assert process.stdout is not None
        for line in process.stdout:
            if "Trainer " in line:
                tighten(group)
                break
        _, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err
    done = run_tiny(tiny_data, tmp_path / "output")
    assert (done.status, done.summary["test"]) == (0, undisturbed.summary["test"])
    assert "LetterExampleGen" not in done.ran
