"""Reads letters from any number of photos: `python predict_batch.py MODEL INPUT OUTPUT`."""

import sys

from pipeline.batch.command import predict_batch_main

if __name__ == "__main__":
    sys.exit(predict_batch_main(sys.argv[1:]))
