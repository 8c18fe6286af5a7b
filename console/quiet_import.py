"""Keeps off the screen what TensorFlow's libraries print while they are loaded.

TensorFlow 2.21 logs before it has read `TF_CPP_MIN_LOG_LEVEL`, straight to the process's stderr, and has no setting
for it.
"""

import importlib.abc
import importlib.machinery
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_STDERR = 2
# "I0000 00:00:1795410265.605485   18946 port.cc:153] ...", and the line before the first of these.
_NOISE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)|[IW]\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+:\d+\] "
)


def quieten(package: str = "tensorflow") -> None:
    """Has the import of a package print nothing of that; twice does no more than once.

    Args:
        package: Not imported yet, or this changes nothing.
    """
    if not any(isinstance(finder, _QuietFinder) and finder.package == package for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietFinder(package))


@contextmanager
def without_noise() -> Iterator[None]:
    """Holds back what is written to stderr, by C++ code too, and lets through at the end what is no such noise."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        screen = os.dup(_STDERR)
        os.dup2(held.fileno(), _STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(screen, _STDERR)
            held.seek(0)
            for line in held:
                if not _NOISE.match(line):
                    os.write(screen, line)
            os.close(screen)


class _QuietFinder(importlib.abc.MetaPathFinder):
    def __init__(self, package: str):
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = _QuietLoader(spec.loader)
        return spec


class _QuietLoader(importlib.abc.Loader):
    def __init__(self, loader: Any):
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        # Resources and sources are asked of a package's loader too.
        return getattr(self._loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        with without_noise():
            self._loader.exec_module(module)
