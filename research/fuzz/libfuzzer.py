"""libFuzzer's words: the flags that it is called with, and the figures that it prints."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# What one input may take. The largest image allowed takes half a second and 300 MB on two busy cores.
INPUT_SECONDS = 10
PROCESS_MB = 1024


@dataclass(frozen=True)
class Figures:
    """What libFuzzer counted.

    Attributes:
        executions: Inputs that were tried.
        edges: Jumps in our Python and in Pillow's that some input took.
        corpus: Inputs that each took a way that none before had taken.
        peak_mb: Most memory that the process had.
    """

    executions: int
    edges: int
    corpus: int
    peak_mb: int


def flags(seconds: int, finds: Path, words: Path) -> list[str]:
    """Returns the flags for a run.

    Args:
        seconds: How long.
        finds: The folder that a crash's input is kept in.
        words: The file of `dictionary`.
    """
    return [
        f"-max_total_time={seconds}",
        f"-timeout={INPUT_SECONDS}",
        f"-report_slow_units={INPUT_SECONDS}",
        f"-rss_limit_mb={PROCESS_MB}",
        f"-artifact_prefix={finds}/",
        f"-dict={words}",
        "-print_final_stats=1",
    ]


def dictionary(words: Sequence[bytes]) -> str:
    """Returns a dictionary file of words that inputs are made of."""
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in words)


def figures(log: str) -> Figures:
    """Returns the last figures in what libFuzzer printed; 0 for what it did not come to print."""
    return Figures(
        executions=max(_last(r"^stat::number_of_executed_units: (\d+)", log), _last(r"^#(\d+)\s", log)),
        edges=_last(r"^#.* cov: (\d+)", log),
        corpus=_last(r"^#.* corp: (\d+)", log),
        peak_mb=max(_last(r"^stat::peak_rss_mb: +(\d+)", log), _last(r"^#.* rss: (\d+)", log)),
    )


def _last(pattern: str, log: str) -> int:
    found = re.findall(pattern, log, flags=re.MULTILINE)
    return int(found[-1]) if found else 0
