"""Compiles the pipeline for Kubeflow Pipelines 2 and runs it there: `python kubeflow_runner.py --help`."""

import sys

from console.command import command_main


def main() -> int:
    """Does what the flags ask for; returns the exit status."""
    # Here, since it takes a second, in which Ctrl-C must be no traceback.
    from pipeline.kubeflow.command_line import kubeflow_main

    return kubeflow_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command_main(main, "what runs on Kubeflow goes on there"))
