"""How much memory this process holds."""

import contextlib
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
# Of Linux's `proc(5)`: forgets the largest resident set so far.
_FORGET_PEAK = "5"


def peak_memory_mib() -> float:
    """Returns the most memory (resident set, MiB) that this process held since `forget_peak`, or ever."""
    if _STATUS.exists():
        return memory_mib("VmHWM")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on macOS, KiB elsewhere.
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def memory_mib(field: str) -> float:
    """Returns a size of Linux's `/proc/self/status` in MiB.

    Not getrusage's: Linux hands `ru_maxrss` down to the new process, through fork and exec.

    Args:
        field: Such as VmRSS.
    """
    (line,) = (line for line in _STATUS.read_text().splitlines() if line.startswith(f"{field}:"))
    return round(int(line.split()[1]) / 1024, 1)


def forget_peak() -> None:
    """Begins to measure the peak anew, on Linux; elsewhere it is that of the whole process."""
    with contextlib.suppress(OSError):
        _CLEAR_REFS.write_text(_FORGET_PEAK)
