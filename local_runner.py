"""Runs the whole pipeline on this machine: `python local_runner.py --help`."""

import sys

from pipeline.interrupts import interruptible_main


def main() -> int:
    """Does what the flags ask for; returns the exit status."""
    # Here, since it takes a second, in which Ctrl-C must be no traceback.
    from pipeline.command_line import local_main

    return local_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(interruptible_main(main))
