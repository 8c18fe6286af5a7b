"""Memory of this process, and its peak measured anew."""

import resource
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from console import memory
from console.memory import forget_peak, memory_mib, peak_memory_mib

MIB = 2**20


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak can be forgotten on Linux only")
def test_peak_is_that_since_it_was_forgotten() -> None:
    ballast = b"\1" * (200 * MIB)
    assert len(ballast) == 200 * MIB
    high = peak_memory_mib()
    del ballast
    assert peak_memory_mib() == pytest.approx(high, abs=5)
    forget_peak()
    assert peak_memory_mib() < high - 150
    assert memory_mib("VmRSS") <= peak_memory_mib()


@pytest.mark.parametrize(("platform", "peak"), [("freebsd", 1536), ("darwin", 1536 * 1024)])
def test_without_proc_the_system_s_own_figure_is_told_in_mib(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, peak: int
) -> None:
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "missing")
    monkeypatch.setattr(memory, "_CLEAR_REFS", tmp_path / "missing" / "too")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(resource, "getrusage", lambda who: SimpleNamespace(ru_maxrss=peak))
    forget_peak()
    assert peak_memory_mib() == 1.5
