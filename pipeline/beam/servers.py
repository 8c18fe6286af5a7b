"""Whether the servers that Beam's engine needs answer; importing this module imports nothing heavy."""

import contextlib
import socket
from collections.abc import Sequence

from core.errors import UserError
from pipeline.beam.engines import endpoints

_TIMEOUT_SECONDS = 5.0
_WHAT = {"job_endpoint": "job server", "environment_config": "worker pool"}
# What starts both.
_START = {"prism": "make prism"}


def check_servers(engine: str, args: Sequence[str]) -> None:
    """Checks that the job server and the worker pool of an engine answer.

    Args:
        engine: Its name.
        args: Beam's options, as `pipeline.beam.engines.local_args` returns them.

    Raises:
        UserError: If one does not.
    """
    for name, address in endpoints(engine, args):
        try:
            _connect(address)
        # A UnicodeError is what an address gives that cannot be asked for, such as a..b.
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            how = _START.get(engine, "docs/scale.md")
            raise UserError(
                f"--beam {engine}: no {_WHAT[name]} answers at {address} ({reason}); start one "
                f"({how}), or name another with --beam-option {name}=HOST:PORT"
            ) from None


def _connect(address: str) -> None:
    host, _, port = address.rpartition(":")
    with contextlib.closing(socket.create_connection((host, int(port)), timeout=_TIMEOUT_SECONDS)):
        pass
