"""The best epoch's weights: the first of equals, whole on the disk, and left as they were where there is no room."""

import math
from pathlib import Path

import keras
import numpy as np
import pytest

from components.trainer.arrays import read_variables, write_variables
from components.trainer.best_weights import BestWeights


@pytest.fixture
def network() -> keras.Model:
    layers = [keras.Input((3,)), keras.layers.Dense(4), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
    return keras.Sequential(layers)


def set_all(network: keras.Model, value: float) -> None:
    for weight in network.weights:
        weight.assign(np.full(weight.shape, value))


def kept_after(network: keras.Model, file: Path, losses: list[float]) -> float:
    """Returns the number of the epoch whose weights are in the file, where each epoch's weights are its number."""
    callback = BestWeights(file, "val_loss")
    callback.set_model(network)
    for epoch, loss in enumerate(losses):
        set_all(network, epoch)
        callback.on_epoch_end(epoch, {"val_loss": loss})
    set_all(network, -1)
    read_variables(file, network.weights)
    values = {float(value) for weight in network.weights for value in np.ravel(weight)}
    assert len(values) == 1
    return values.pop()


@pytest.mark.parametrize(
    ("losses", "best"),
    [([3, 2, 1], 2), ([1, 2, 3], 0), ([2, 1, 1], 1), ([math.nan], 0), ([2, math.nan, 1], 2), ([math.inf, 5], 1)],
)
def test_weights_of_the_best_epoch_are_kept(
    losses: list[float], best: int, network: keras.Model, tmp_path: Path
) -> None:
    assert kept_after(network, tmp_path / "best.npz", losses) == best
    assert [path.name for path in tmp_path.iterdir()] == ["best.npz"]


def test_every_bit_comes_back(network: keras.Model, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for weight in network.weights:
        weight.assign(random.standard_normal(weight.shape).astype(np.float32) / 3)
    before = network.get_weights()
    write_variables(tmp_path / "all.npz", network.weights)
    set_all(network, 0)
    read_variables(tmp_path / "all.npz", network.weights)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True))


def test_earlier_file_stays_where_the_new_one_cannot_be_written(
    network: keras.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "best.npz"
    assert kept_after(network, file, [1]) == 0
    before = file.read_bytes()

    def cut(path: Path, content: bytes) -> None:
        with path.open("wb") as opened:
            opened.write(content[:100])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", cut)
    with pytest.raises(OSError, match="No space left"):
        kept_after(network, file, [0.5])
    assert file.read_bytes() == before
