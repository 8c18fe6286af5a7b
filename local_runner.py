"""Runs the whole pipeline on this machine: `python local_runner.py --help`."""

import sys

from pipeline.command_line import local_main

if __name__ == "__main__":
    sys.exit(local_main(sys.argv[1:]))
