"""Reads letters from photos with a pushed model: `python predict.py MODEL INPUT... [--output TABLE]`."""

import sys

from console.command import command_main


def main() -> int:
    """Does what the flags ask for; returns the exit status."""
    # Here, since it takes a second, in which Ctrl-C must be no traceback.
    from pipeline.predict.command import predict_main

    return predict_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command_main(main, "nothing is half-written; run it again"))
