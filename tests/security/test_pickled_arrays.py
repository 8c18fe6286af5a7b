"""Arrays are read without pickle: a file that holds code is refused, and the code does not run."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.inspector.inspection import read_inspection


class _Code:
    """Makes a file as soon as somebody unpickles it."""

    def __init__(self, mark: Path):
        self._mark = str(mark)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self._mark,)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "the-code-ran"


def _array(mark: Path) -> np.ndarray:
    return np.array([_Code(mark)], dtype=object)


def test_such_a_file_runs_code_where_pickle_is_allowed(tmp_path: Path, mark: Path) -> None:
    np.savez(tmp_path / "a.npz", files=_array(mark))
    with np.load(tmp_path / "a.npz", allow_pickle=True) as file:
        dict(file)
    assert mark.exists()


def test_inspection_with_code_is_refused(tmp_path: Path, mark: Path) -> None:
    np.savez(tmp_path / "inspection.npz", files=_array(mark))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        read_inspection(tmp_path)
    assert not mark.exists()


def test_file_that_is_a_pickle_altogether_is_refused(tmp_path: Path, mark: Path) -> None:
    (tmp_path / "inspection.npz").write_bytes(_array(mark).dumps())
    # NumPy 1 and 2 say it differently.
    with pytest.raises(ValueError, match=r"allow_pickle=|pickled"):
        read_inspection(tmp_path)
    assert not mark.exists()


def test_state_of_a_training_with_code_is_refused(tmp_path: Path, mark: Path) -> None:
    import keras

    from components.trainer.state import read_variables

    np.savez(tmp_path / "state.npz", _array(mark))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        read_variables(tmp_path / "state.npz", [keras.Variable([0.0])])
    assert not mark.exists()
