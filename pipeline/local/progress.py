"""One line as each component starts and one as it ends, from what TFX's local runner logs."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from console.shortage import forget_peak, peak_memory_mib

# The messages of TFX's LocalDagRunner and launcher; neither has a hook, and a test runs against the installed TFX.
_RUNNING = re.compile(r"Component (\S+) is running\.")
_FINISHED = re.compile(r"Component (\S+) is finished\.")
_CACHED = re.compile(r"A cached execution \d+ is used\.")


@dataclass
class ComponentRun:
    """How a component went.

    Attributes:
        seconds: By the clock.
        cached: Whether an earlier run's outputs were taken.
        peak_memory_mib: The most memory that the process held meanwhile, its libraries included.
    """

    seconds: float = 0.0
    cached: bool = False
    peak_memory_mib: float = 0.0


class Progress(logging.Handler):
    """Listens to TFX's log; `components` tells how each component went, in order."""

    def __init__(self, total: int, say: Callable[[str], None]):
        """Takes the number of components, and what to do with each line."""
        super().__init__(logging.INFO)
        self.components: dict[str, ComponentRun] = {}
        self._total = total
        self._say = say
        self._started = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Takes one message of TFX's log."""
        message = record.getMessage()
        if match := _RUNNING.match(message):
            self._start(match[1])
        elif _CACHED.match(message) and self.components:
            list(self.components.values())[-1].cached = True
        elif match := _FINISHED.match(message):
            self._finish(match[1])

    def close_running(self) -> None:
        """Counts the seconds of a component that did not finish."""
        if self.components:
            last = list(self.components.values())[-1]
            last.seconds = last.seconds or round(time.monotonic() - self._started, 2)
            last.peak_memory_mib = last.peak_memory_mib or peak_memory_mib()

    def _start(self, name: str) -> None:
        self.components[name] = ComponentRun()
        self._started = time.monotonic()
        forget_peak()
        self._say(f"{self._position(name)} started")

    def _finish(self, name: str) -> None:
        component = self.components[name]
        component.seconds = round(time.monotonic() - self._started, 2)
        component.peak_memory_mib = peak_memory_mib()
        how = "cached" if component.cached else "done"
        self._say(f"{self._position(name)} {how} in {component.seconds:.1f} s")

    def _position(self, name: str) -> str:
        return f"[{len(self.components):2}/{self._total}] {name:17}"
