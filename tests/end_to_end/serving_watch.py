"""A reader of the serving folder: looks at it all the time, and remembers each version as it was at every look."""

import threading
import time
from pathlib import Path
from types import TracebackType

from components.pusher.versions import is_version, model_digest

_FILES = {"saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"}


class ServingWatch:
    """Looks from `with` to its end; a folder whose name is a number counts as a version, as TF Serving takes it.

    Attributes:
        partial: The versions that lacked a file when they were looked at.
        seen: The digests that each version ever had.
        looks: How often it looked.
    """

    def __init__(self, serving: Path):
        """Takes the folder, which need not exist yet."""
        self.partial: list[str] = []
        self.seen: dict[str, set[str]] = {}
        self.looks = 0
        self._serving = serving
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look_on)

    def __enter__(self) -> "ServingWatch":
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def assert_whole(self) -> None:
        """Checks that no look saw a part of a version, or another content than all others."""
        assert self.looks > 100
        assert self.partial == []
        assert all(len(digests) == 1 for digests in self.seen.values())

    def _look_on(self) -> None:
        while not self._stop.is_set():
            self._look()
            time.sleep(0.001)

    def _look(self) -> None:
        self.looks += 1
        for folder in self._serving.glob("*"):
            if is_version(folder.name):
                if not all((folder / name).is_file() for name in _FILES):
                    self.partial.append(folder.name)
                self.seen.setdefault(folder.name, set()).add(model_digest(folder))
