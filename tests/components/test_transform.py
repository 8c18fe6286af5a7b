"""Transform: the same features from the function itself and from the graph that TFX makes of it."""

from typing import Any

import numpy as np
import tensorflow as tf

from components.example_gen.images import encode_png
from components.finder import LEAST_FOUND, PIXEL_SCALE, find_letters
from components.transform import preprocessing_fn
from core.features import FOUND, IMAGE, IMAGE_SIDE, LABEL, ONE_HOT_LABEL, PIXELS
from schema.curated import read_labels
from tests.model_fixtures import Transformed

LABELS = read_labels()
CONFIG = {"labels": list(LABELS), "code_digest": "x"}


def _values(examples: list[Any], key: str) -> list[Any]:
    kinds = (example.features.feature[key] for example in examples)
    return [(kind.bytes_list.value or kind.int64_list.value)[0] for kind in kinds]


def _raw(examples: list[Any]) -> dict[str, tf.Tensor]:
    return {
        IMAGE: tf.constant(_values(examples, IMAGE)),
        LABEL: tf.constant(_values(examples, LABEL), tf.int64),
    }


def test_letters_are_cut_out_as_the_finder_does(photo_examples: list[Any]) -> None:
    out = preprocessing_fn(_raw(photo_examples), CONFIG)
    letters, found = find_letters(_raw(photo_examples)[IMAGE])
    assert out[PIXELS].dtype == tf.float32
    np.testing.assert_array_equal(out[PIXELS], letters)
    np.testing.assert_array_equal(out[FOUND], found)
    # Whole numbers of 255, so that training can keep them as bytes.
    np.testing.assert_array_equal(out[PIXELS], np.rint(out[PIXELS] * 255).astype(np.float32) * np.float32(PIXEL_SCALE))


def test_labels_become_one_hot_rows(photo_examples: list[Any]) -> None:
    out = preprocessing_fn(_raw(photo_examples), CONFIG)[ONE_HOT_LABEL]
    assert out.dtype == tf.float32
    assert out.shape == (len(photo_examples), len(LABELS))
    np.testing.assert_array_equal(out, np.eye(len(LABELS))[_values(photo_examples, LABEL)])
    # The CSV's order: each letter's photos in turn.
    np.testing.assert_array_equal(np.argmax(out, axis=1), np.repeat(np.arange(len(LABELS)), 4))


def test_only_the_photo_and_the_label_are_read() -> None:
    png = encode_png(np.zeros((IMAGE_SIDE, IMAGE_SIDE, 3), np.uint8))
    out = preprocessing_fn({IMAGE: tf.constant([png]), LABEL: tf.constant([32], tf.int64)}, CONFIG)
    assert set(out) == {PIXELS, FOUND, ONE_HOT_LABEL}
    assert out[FOUND][0] < LEAST_FOUND
    assert out[ONE_HOT_LABEL][0, 32] == 1.0


def test_transform_writes_what_the_function_returns(transformed: Transformed, photo_examples: list[Any]) -> None:
    spec = {
        PIXELS: tf.io.FixedLenFeature([IMAGE_SIDE, IMAGE_SIDE, 3], tf.float32),
        ONE_HOT_LABEL: tf.io.FixedLenFeature([len(LABELS)], tf.float32),
    }
    files = tf.io.gfile.glob(transformed.records)
    written = [tf.io.parse_single_example(r, spec) for r in tf.data.TFRecordDataset(files, "GZIP")]
    expected = preprocessing_fn(_raw(photo_examples), CONFIG)

    def rows(pixels: Any, labels: Any) -> list[bytes]:
        # Beam keeps no order.
        return sorted(p.numpy().tobytes() + h.numpy().tobytes() for p, h in zip(pixels, labels, strict=True))

    found = rows([w[PIXELS] for w in written], [w[ONE_HOT_LABEL] for w in written])
    # Not `found == ...`: pytest would print megabytes of pixels.
    assert (found == rows(expected[PIXELS], expected[ONE_HOT_LABEL])) is True


def test_graph_gives_what_the_function_returns(transform_output: Any, photo_examples: list[Any]) -> None:
    raw = _raw(photo_examples)
    served = transform_output.transform_features_layer()(raw)
    expected = preprocessing_fn(raw, CONFIG)
    assert set(served) == set(expected)
    for key, values in expected.items():
        # What a convolution gives depends in its last bits on how many photos it is given.
        np.testing.assert_allclose(served[key], values, atol=1e-5 if key == FOUND else 0)
