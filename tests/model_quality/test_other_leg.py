"""A model that was pushed under one TFX answers under the other as it did where it was made.

`legs/` holds, for each leg, the tiny model of `exported_model` as that leg exports it, and what it answered there to
the photos below. `.venv/bin/python -m pytest tests/model_quality/test_other_leg.py --write-legs` writes this leg's.
"""

import importlib.metadata
import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

LEGS = Path(__file__).resolve().parent / "legs"
# Of a probability. TensorFlow 2.16 and 2.21 differ by 1e-7; so tiny a network's answers differ by some 1e-3.
_TOLERANCE = 1e-5


def photos() -> list[bytes]:
    """Returns PNGs of coloured blocks, of several sizes: each leg's decoding and scaling is in the answer."""
    random = np.random.default_rng(1)
    blocks = [random.integers(0, 256, (4, 4, 3), dtype=np.uint8) for _ in range(32)]
    return [encoded(np.kron(block, np.ones((5 + n % 9, 6 + n % 7, 1), np.uint8))) for n, block in enumerate(blocks)]


def encoded(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def answers(model: Path) -> np.ndarray:
    loaded = tf.saved_model.load(str(model))
    return loaded.signatures["serving_default"](image=tf.constant(photos()))["probabilities"].numpy()


def this_leg() -> str:
    return "tfx-" + ".".join(importlib.metadata.version("tfx").split(".")[:2])


def test_every_leg_has_left_a_model() -> None:
    assert {path.stem for path in LEGS.glob("*.zip")} == {"tfx-1.16", "tfx-1.21"}


@pytest.mark.parametrize("leg", ["tfx-1.16", "tfx-1.21"])
def test_model_of_a_leg_answers_here_as_it_did_there(leg: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(LEGS / f"{leg}.zip") as archive:
        archive.extractall(tmp_path)
    expected = np.load(tmp_path / "answers.npy", allow_pickle=False)
    assert expected.std(axis=0).max() > 10 * _TOLERANCE  # or any answer would do
    np.testing.assert_allclose(answers(tmp_path / "model"), expected, atol=_TOLERANCE, rtol=0)


def test_this_leg_s_model_is_written_where_it_is_asked_for(
    exported_model: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    archive = write_leg(exported_model, tmp_path)
    with zipfile.ZipFile(archive) as written:
        assert {"answers.npy", "model/saved_model.pb"} <= set(written.namelist())
    if request.config.getoption("--write-legs"):
        shutil.copy(archive, LEGS / f"{this_leg()}.zip")


def write_leg(model: Path, folder: Path) -> Path:
    shutil.copytree(model, folder / "leg" / "model")
    np.save(folder / "leg" / "answers.npy", answers(model))
    return Path(shutil.make_archive(str(folder / "archive"), "zip", folder / "leg"))
