"""The exit statuses that every command of the project shares; signals give 130 and 143."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    USER_ERROR = 2
    NOT_BLESSED = 3


def by_signal(number: int) -> int:
    """Returns the exit status of a command that a signal ended, by convention: 128 and the signal's number."""
    return 128 + number
