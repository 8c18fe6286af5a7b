"""Compiles the pipeline for Kubeflow Pipelines 2 and runs it there: `python kubeflow_runner.py --help`."""

import sys

from pipeline.kubeflow.command_line import kubeflow_main

if __name__ == "__main__":
    sys.exit(kubeflow_main(sys.argv[1:]))
