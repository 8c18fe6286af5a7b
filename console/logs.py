"""Keeps the noise of TensorFlow, Beam and absl off the screen, unless it is asked for."""

import importlib.abc
import importlib.machinery
import logging
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

import absl.logging

_STDERR = 2
# "I0000 00:00:1795410265.605485   18946 port.cc:153] ...", and the line before the first of these.
_NOISE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\)|[IW]\d{4} \d\d:\d\d:[\d.]+ +\d+ \S+:\d+\] "
)


def set_up_logs(verbose: bool) -> None:
    """Quiets the libraries; call it before they are imported, for their C++ parts read the environment then."""
    if verbose:
        logging.basicConfig(level=logging.INFO)
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    quieten()
    warnings.filterwarnings("ignore")
    logging.basicConfig(level=logging.CRITICAL)
    logging.getLogger("tensorflow").setLevel(logging.CRITICAL)


@contextmanager
def listening(handler: logging.Handler, verbose: bool) -> Iterator[None]:
    """Lets a handler hear the log of TFX, which goes through absl's logger."""
    logger = logging.getLogger("absl")
    before = logger.level, logger.propagate
    # Through absl, not the logger: TFX parses absl's flags in mid-run, which sets the level anew.
    absl.logging.set_verbosity(absl.logging.INFO)
    logger.addHandler(handler)
    # To the root's handlers, and so to the screen.
    logger.propagate = verbose
    try:
        yield
    finally:
        logger.removeHandler(handler)
        # A logger that has no handler and hands nothing on writes warnings to stderr.
        logger.setLevel(before[0])
        logger.propagate = before[1]


def quieten(package: str = "tensorflow") -> None:
    """Has the import of a package print no noise of C++ code; twice does no more than once.

    TensorFlow 2.21 logs before it has read `TF_CPP_MIN_LOG_LEVEL`, straight to the process's stderr, and has no
    setting for it. Where the package is imported already, this changes nothing.
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
    """Finds one package, as Python does, and has it loaded without noise."""

    def __init__(self, package: str):
        self.package = package

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.package:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader.exec_module = without_noise()(spec.loader.exec_module)  # type: ignore[method-assign]
        return spec
