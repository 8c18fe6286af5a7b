"""Variables in a file: a file is whole or absent, also where a run is killed or the disk is full."""

import io
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np


def write_variables(file: Path, variables: Sequence[keras.Variable]) -> None:
    """Writes the values of variables as NumPy's npz, in place of an earlier file."""
    arrays = io.BytesIO()
    # In memory first: where the disk is full, a ZipFile that was left open complains once more as it is deleted.
    np.savez(arrays, *[keras.ops.convert_to_numpy(variable) for variable in variables])
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_bytes(arrays.getvalue())
    fresh.replace(file)


def read_variables(file: Path, variables: Sequence[keras.Variable]) -> None:
    """Assigns to variables what `write_variables` wrote, in the same order."""
    with np.load(file, allow_pickle=False) as arrays:
        for index, variable in enumerate(variables):
            variable.assign(arrays[f"arr_{index}"])
