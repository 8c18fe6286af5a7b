"""Keeps the noise of TensorFlow, Beam and absl off the screen, unless it is asked for."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import absl.logging

from console.quiet_import import quieten


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
