"""Going back to an earlier version: it still lies there, loads, and answers as it did."""

import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from components.pusher.versions import add_version
from components.settings import ModelSettings
from components.trainer.export import export
from components.trainer.model import build_model
from pipeline.predict.model import find_model, load_model
from sample.parameters import PEN
from sample.photos import draw_letter
from schema.curated import read_labels
from tests.model_quality import behaviour


@pytest.fixture(scope="module")
def newer_model(transform_output: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    keras.utils.set_random_seed(8)
    folder = tmp_path_factory.mktemp("newer") / "model"
    network = build_model(ModelSettings(stem_width=4, stage_widths=(4,)), len(read_labels()))
    export(network, transform_output, str(folder), labels=read_labels())
    return folder


def answer(model: Path) -> np.ndarray:
    rng = np.random.default_rng(3)
    photos = np.stack([draw_letter(letter, PEN, 2, rng)[..., :3] for letter in "жа"])
    loaded = load_model(model)
    return loaded.signatures["serving_default"](image=tf.constant(behaviour.as_png(photos)))["probabilities"].numpy()


def test_earlier_version_answers_as_before_once_the_newer_one_is_removed(
    exported_model: Path, newer_model: Path, tmp_path: Path
) -> None:
    serving = tmp_path / "serving"
    add_version(exported_model, serving)
    before = answer(find_model(serving))
    newer = add_version(newer_model, serving)
    assert find_model(serving) == newer
    assert not np.allclose(answer(newer), before)
    shutil.rmtree(newer)
    assert find_model(serving) == serving / "1"
    np.testing.assert_array_equal(answer(find_model(serving)), before)
