"""Reads letters from photos with a pushed model: `python predict.py MODEL IMAGE...`."""

import sys

from pipeline.predict import predict_main

if __name__ == "__main__":
    sys.exit(predict_main(sys.argv[1:]))
