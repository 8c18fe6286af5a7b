"""Runs the whole pipeline on this machine: `python local_runner.py --help`."""

import sys

from console.command import command_main
from console.interrupts import GOES_ON


def main() -> int:
    """Does what the flags ask for; returns the exit status."""
    # Here, since it takes a second, in which Ctrl-C must be no traceback.
    from pipeline.local.command_line import local_main

    return local_main(sys.argv[1:])


if __name__ == "__main__":
    # What a run came to is in files too, and may be worth hours.
    sys.exit(command_main(main, GOES_ON, outlives_stdout=True))
