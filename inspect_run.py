"""Looks at past runs: `python inspect_run.py --help`."""

import sys

from pipeline.inspect_command import inspect_main

if __name__ == "__main__":
    sys.exit(inspect_main(sys.argv[1:]))
