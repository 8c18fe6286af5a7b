"""Reads letters from any number of photos: `python predict_batch.py MODEL INPUT OUTPUT`."""

import sys

from console.command import command_main


def main() -> int:
    """Does what the flags ask for; returns the exit status."""
    # Here, since it takes a second, in which Ctrl-C must be no traceback.
    from pipeline.predict.batch_command import predict_batch_main

    return predict_batch_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command_main(main, "nothing is half-written; run it again"))
