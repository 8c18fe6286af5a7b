"""Chooses Keras 3, in the one place that does."""

import os
import sys


def use_keras_3() -> None:
    """Makes `tf.keras` Keras 3, on TensorFlow.

    Importing TensorFlow Transform sets `TF_USE_LEGACY_KERAS=1` where the variable is unset, which turns
    `tf.keras` into Keras 2. Every program of the project calls this first.

    Raises:
        RuntimeError: If TensorFlow was imported already with another choice, which cannot be undone.
    """
    if "tensorflow" in sys.modules and os.environ.get("TF_USE_LEGACY_KERAS") not in (None, "0"):
        raise RuntimeError("use_keras_3() must be called before TensorFlow is imported")
    os.environ["TF_USE_LEGACY_KERAS"] = "0"
    os.environ["KERAS_BACKEND"] = "tensorflow"
